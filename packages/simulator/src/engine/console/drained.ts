import type { Writable } from 'node:stream'

/** Resolves when a stream takes more again, or never will. */
export function drained(stream: Writable): Promise<void> {
  return new Promise((resolve) => {
    if (stream.destroyed) resolve()
    stream.once('drain', resolve)
    stream.once('close', resolve)
  })
}
