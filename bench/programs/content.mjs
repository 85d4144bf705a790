/** Bytes of a file that costs nothing to read. */
export const size = Number(process.env.MIB) * 2 ** 20

const piece = Buffer.alloc(65_536, 'proxkit')

export async function* content() {
  for (let left = size; left > 0; left -= piece.length) {
    yield left < piece.length ? piece.subarray(0, left) : piece
  }
}

/** Sends the file and prints the megabytes per second, and how much memory it took beyond what was there before. */
export async function measure(send) {
  globalThis.gc()
  const before = process.memoryUsage().rss
  let most = before
  const sampler = setInterval(() => {
    most = Math.max(most, process.memoryUsage().rss)
  }, 20)
  const started = performance.now()
  await send()
  const seconds = (performance.now() - started) / 1000
  clearInterval(sampler)
  most = Math.max(most, process.memoryUsage().rss)
  console.log(JSON.stringify({ rate: size / 1e6 / seconds, extra: (most - before) / 2 ** 20 }))
}
