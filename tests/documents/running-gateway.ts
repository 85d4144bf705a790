import { startProcess } from './start-process.js'

/** A `proxkit gateway` that an example has started, for those that follow it. */
export interface RunningGateway {
  readonly url: string
  stop(): Promise<void>
}

/** Starts it by its command line, on a free port; rejects with what it printed where it ends before it listens. */
export function runGateway(command: string, cwd: string): Promise<RunningGateway> {
  return new Promise((resolve, reject) => {
    const { ended, interrupt } = startProcess(['bash', '-c', `${command.trim()} --port 0`], {
      cwd,
      printed(output) {
        const [, url] = /^ {2}URL {10}(\S+)$[^]*Press Ctrl\+C/m.exec(output) ?? []
        if (url !== undefined) resolve({ url, stop })
      },
    })
    // Once it listens this is heard by nobody.
    ended.then(({ output }) => reject(new Error(`${command} has ended: ${output}`)), reject)

    async function stop(): Promise<void> {
      interrupt()
      await ended
    }
  })
}
