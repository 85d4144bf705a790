import { type Limits, withinLimits } from './within-limits.js'

/** Work that all who ask for it at a time wait for together; when nobody waits any more it is given up. */
export class SharedWork<Value> {
  readonly #work: (signal: AbortSignal) => Promise<Value>
  #run: Run<Value> | undefined

  constructor(work: (signal: AbortSignal) => Promise<Value>) {
    this.#work = work
  }

  /** Begins it where it is not running; the limits are those of this one who waits. */
  async join(limits: Limits): Promise<Value> {
    const run = (this.#run ??= this.#begin())
    run.waiting += 1
    try {
      return await withinLimits(run.result, limits)
    } finally {
      run.waiting -= 1
      if (run.waiting === 0) this.#end(run)
    }
  }

  #begin(): Run<Value> {
    const controller = new AbortController()
    const run = { controller, result: this.#work(controller.signal), waiting: 0 }
    // Who comes when it is done begins it anew, though others may not have taken its result yet.
    const end = (): void => this.#forget(run)
    run.result.then(end, end)
    return run
  }

  #end(run: Run<Value>): void {
    this.#forget(run)
    run.controller.abort()
  }

  #forget(run: Run<Value>): void {
    if (this.#run === run) this.#run = undefined
  }
}

interface Run<Value> {
  readonly controller: AbortController
  readonly result: Promise<Value>
  waiting: number
}
