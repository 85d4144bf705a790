import { timingSafeEqual, createHash } from 'node:crypto'
import type { RequestHead } from '../engine/http/head.js'
import type { Reply } from '../engine/http/reply.js'
import type { HttpService, OpenRequest } from '../engine/http/service.js'
import { splitTarget } from '../engine/http/target.js'
import { SeedError } from '../seeds/seed-error.js'
import { EtcPveError } from '../etc-pve/etc-pve-error.js'
import { ControlError } from './control-error.js'
import type { ControlRoute } from './control-routes.js'

/** Below this path stand calls that no real server has. */
const root = '/_proxkit'
/** Room for the state of a very large cluster. */
const maxBody = 256 * 2 ** 20

/**
 * Puts the control of a simulator before its API, on this port. Every call needs the key in the header
 * `X-Proxkit-Key`; bodies and answers are JSON.
 */
export function withControl(
  service: HttpService,
  { routes, key }: { readonly routes: readonly ControlRoute[]; readonly key: string },
): HttpService {
  return {
    async open(head, node) {
      const { path } = splitTarget(head.target)
      if (path !== root && !path.startsWith(`${root}/`)) return service.open(head, node)
      if (!isKey(head.header('x-proxkit-key'), key)) {
        return reply(401, { error: 'give the control key in the header X-Proxkit-Key' })
      }
      return openRequest(head, { routes, path: path.slice(root.length) })
    },
  }
}

function openRequest(
  head: RequestHead,
  { routes, path }: { readonly routes: readonly ControlRoute[]; readonly path: string },
): Reply | OpenRequest {
  const text = head.header('content-length') ?? '0'
  const length = Number(text)
  if (!/^\d+$/.test(text) || length > maxBody) {
    return reply(413, { error: `a body of '${text}' bytes: give at most ${maxBody}` })
  }
  const parts = path.split('/').filter((part) => part !== '')
  const matches = routes.flatMap((route) => {
    const given = match(route.path, parts)
    return given ? [{ route, given }] : []
  })
  if (matches.length === 0) {
    return reply(404, { error: `there is no ${root}${path}; GET ${root} lists what there is` })
  }
  const found = matches.find(({ route }) => route.verb === head.method)
  if (!found) {
    const verbs = matches.map(({ route }) => route.verb).join(', ')
    return reply(405, { error: `${root}${path} takes ${verbs}, not ${head.method}` })
  }
  return {
    bodyLength: length,
    receive: async (chunks) => {
      try {
        const { route } = found
        const given = await collect(chunks)
        const body = route.takesBytes ? given : readBody(given.toString('utf8'))
        return answer(await route.run({ parts: found.given, body }))
      } catch (error) {
        if (error instanceof ControlError) return reply(error.status, { error: error.message })
        if (isMistake(error)) {
          return reply(400, { error: error.message })
        }
        return reply(500, { error: error instanceof Error ? error.message : String(error) })
      }
    },
  }
}

/** Texts of the parts that stand for something, or undefined where the path is another one. */
function match(pattern: string, parts: readonly string[]): readonly string[] | undefined {
  const wanted = pattern.split('/').filter((part) => part !== '')
  if (wanted.length !== parts.length) return undefined
  const given: string[] = []
  for (const [index, part] of wanted.entries()) {
    const text = parts[index] ?? ''
    if (part.startsWith('{')) given.push(text)
    else if (part !== text) return undefined
  }
  return given
}

function isMistake(error: unknown): error is Error {
  return error instanceof SeedError || error instanceof RangeError || error instanceof EtcPveError
}

async function collect(chunks: AsyncIterable<Buffer>): Promise<Buffer> {
  const all: Buffer[] = []
  for await (const chunk of chunks) all.push(chunk)
  return Buffer.concat(all)
}

function readBody(text: string): unknown {
  if (text.trim() === '') return undefined
  try {
    return JSON.parse(text)
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause)
    throw new ControlError(400, `the body is not JSON: ${reason}`)
  }
}

function answer(content: unknown): Reply {
  if (!(content instanceof Uint8Array)) return reply(200, content ?? null)
  return {
    status: 200,
    reason: 'OK',
    contentType: 'application/x-tar',
    body: Buffer.from(content),
  }
}

function reply(status: number, content: unknown): Reply {
  return {
    status,
    reason: status === 200 ? 'OK' : 'refused',
    contentType: 'application/json;charset=UTF-8',
    body: `${JSON.stringify(content)}\n`,
  }
}

/** Compared as digests: of equal length, and in the same time whatever was given. */
function isKey(given: string | undefined, key: string): boolean {
  return timingSafeEqual(digest(given ?? ''), digest(key))
}

const digest = (text: string): Buffer => createHash('sha256').update(text).digest()
