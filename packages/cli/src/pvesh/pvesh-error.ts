/** What `pvesh` would die with: printed as it is. */
export class PveshError extends Error {
  override readonly name = 'PveshError'
  /** How the command is used is printed too. */
  readonly withUsage: boolean
  readonly exitCode: number

  constructor(
    message: string,
    { withUsage = false, exitCode = 255 }: { withUsage?: boolean; exitCode?: number } = {},
  ) {
    super(message)
    this.withUsage = withUsage
    this.exitCode = exitCode
  }
}
