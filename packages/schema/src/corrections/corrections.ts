import type { Method, Schema } from '../model.js'

/** What the vendor's dump of a product gets wrong or leaves out, collected by hand. */
export interface Corrections {
  /** Methods that the product answers and its dump lacks. */
  readonly missing?: readonly Method[]
  /** `VERB /path` of the methods whose text result is the identifier of a task. */
  readonly tasks?: ReadonlySet<string>
  readonly indexRanges?: readonly IndexRanges[]
  /** Results by `VERB /path`, for where the dump says no more than object or list. */
  readonly results?: Readonly<Record<string, Schema>>
  /** Members of results by `VERB /path`, which the dump declares as something else. */
  readonly members?: Readonly<Record<string, Readonly<Record<string, Schema>>>>
  /**
   * `VERB /path` of the methods that take any parameter, since their schema lists none at all: the dump leaves empty
   * lists out, so it cannot tell them from those that take none.
   */
  readonly unlisted?: ReadonlySet<string>
  /** Parameters whose default is computed on the machine that made the dump. */
  readonly hostDefaults?: ReadonlySet<string>
}

/** The highest index of indexed parameters such as `net[n]`, which holds for all paths below `under`. */
interface IndexRanges {
  readonly under: string
  readonly highest: Readonly<Record<string, number>>
}
