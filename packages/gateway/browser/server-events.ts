/** An event of a server, its data still text. */
export interface ServerEvent {
  readonly name: string
  readonly data: string
}

/** Reads server-sent events out of text that comes in any pieces. */
export async function* serverEvents(
  pieces: AsyncIterable<string>,
): AsyncGenerator<ServerEvent, void, undefined> {
  let rest = ''
  for await (const piece of pieces) {
    const blocks = (rest + piece).split('\n\n')
    rest = blocks.pop() ?? ''
    for (const block of blocks) yield eventIn(block)
  }
}

function eventIn(block: string): ServerEvent {
  const fields = new Map(
    block.split('\n').map((line) => {
      const [name = '', ...value] = line.split(': ')
      return [name, value.join(': ')]
    }),
  )
  return { name: fields.get('event') ?? 'message', data: fields.get('data') ?? '' }
}
