import { Worker } from 'node:worker_threads'

/** Checks one hash after the other; the library is loaded when the first one comes. */
const program = `
const { parentPort, workerData } = require('node:worker_threads')
const library = import(workerData)
parentPort.on('message', async ({ id, password, hash }) => {
  const { verify } = await library
  parentPort.postMessage({ id, fits: verify(password, hash) })
})
`

/** Where the thread is and who waits for it; there is one for the whole process, from the first question on. */
let thread: { readonly worker: Worker; readonly waiting: Map<number, Waiting> } | undefined
let lastId = 0

interface Waiting {
  readonly resolve: (fits: boolean) => void
  readonly reject: (error: Error) => void
}

/**
 * Whether a password fits a hash of crypt(3), SHA-256 or SHA-512. Its thousands of rounds run on a thread of their own:
 * nobody else is to wait for them.
 */
export function verifyCrypt(password: string, hash: string): Promise<boolean> {
  const { worker, waiting } = (thread ??= startThread())
  const id = (lastId += 1)
  return new Promise((resolve, reject) => {
    waiting.set(id, { resolve, reject })
    worker.ref()
    // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a thread is no window
    worker.postMessage({ id, password, hash })
  })
}

function startThread(): NonNullable<typeof thread> {
  const worker = new Worker(program, {
    eval: true,
    workerData: import.meta.resolve('unixcrypt'),
  })
  const waiting = new Map<number, Waiting>()
  worker.on('message', ({ id, fits }: { readonly id: number; readonly fits: boolean }) => {
    waiting.get(id)?.resolve(fits)
    waiting.delete(id)
    // An idle thread keeps no process alive.
    if (waiting.size === 0) worker.unref()
  })
  worker.on('error', (error: Error) => {
    thread = undefined
    for (const { reject } of waiting.values()) reject(error)
  })
  return { worker, waiting }
}
