/** A seed makes no sense; the message names the place in it and what would be right. */
export class SeedError extends Error {
  override readonly name = 'SeedError'
  /** Where in the seed: `guests[3].vmid`, or `3:14` (line and column) for text that cannot be read. */
  readonly place: string

  constructor(
    place: string,
    reason: string,
    options: { readonly file?: string | undefined; readonly cause?: unknown } = {},
  ) {
    const start = options.file === undefined ? '' : `${options.file}: `
    super(
      `${start}${place}: ${reason}`,
      options.cause === undefined ? {} : { cause: options.cause },
    )
    this.place = place
  }

  /** The same mistake, with the file that it was made in. */
  in(file: string): SeedError {
    return new SeedError(this.place, this.message.slice(this.place.length + 2), {
      file,
      cause: this,
    })
  }
}
