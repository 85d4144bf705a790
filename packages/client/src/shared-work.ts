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
      if (run.waiting === 0 && !run.isDone) this.#giveUp(run)
    }
  }

  #begin(): Run<Value> {
    const controller = new AbortController()
    const result = this.#work(controller.signal)
    const run: Run<Value> = { controller, result, waiting: 0, isDone: false }
    const end = (): void => {
      run.isDone = true
      // Who comes now begins it anew, though others may not have taken its result yet.
      this.#forget(run)
    }
    result.then(end, end)
    return run
  }

  #giveUp(run: Run<Value>): void {
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
  isDone: boolean
}
