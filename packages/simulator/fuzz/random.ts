/** Random choices that a seed repeats. */
export class Random {
  #state: number

  constructor(seed: number) {
    this.#state = seed >>> 0
  }

  /** From 0 up to but not including 1. */
  next(): number {
    // The generator known as mulberry32: 32 bits of state are plenty for choosing test input.
    this.#state = (this.#state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(this.#state ^ (this.#state >>> 15), this.#state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }

  /** A whole number from 0 up to but not including `end`. */
  below(end: number): number {
    return Math.floor(this.next() * end)
  }

  chance(probability: number): boolean {
    return this.next() < probability
  }

  pick<T>(items: readonly T[]): T {
    if (items.length === 0) throw new RangeError('cannot pick from an empty list')
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the index is within the list
    return items[this.below(items.length)] as T
  }

  /** Up to `most` different items. */
  some<T>(items: readonly T[], most: number): T[] {
    const chosen = new Set<T>()
    for (let count = this.below(most + 1); count > 0; count -= 1) chosen.add(this.pick(items))
    return [...chosen]
  }

  bytes(length: number): Buffer {
    return Buffer.from(Array.from({ length }, () => this.below(256)))
  }
}

/** The seed of a run: `FUZZ_SEED`, or the same one each time. */
export function fuzzSeed(): number {
  return Number(process.env.FUZZ_SEED ?? 1)
}
