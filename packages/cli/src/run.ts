import { CommanderError } from 'commander'
import { createProgram } from './program.js'
import { UsageError } from './usage-error.js'

/** Exit code of a command that failed at what it was asked for. */
const failureExitCode = 1
/** Exit code of a command that was asked for something that makes no sense or cannot be had here. */
const usageExitCode = 2

/** Runs the command with the arguments after its name and resolves to its exit code. */
export async function run(args: readonly string[]): Promise<number> {
  const program = createProgram()
  if (args.length === 0) {
    process.stderr.write(program.helpInformation())
    return usageExitCode
  }
  try {
    await program.parseAsync(args, { from: 'user' })
    // A command may have a code of its own to end with.
    return Number(process.exitCode ?? 0)
  } catch (error) {
    // Help and version end this way too; commander has printed its text already.
    if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : usageExitCode
    if (error instanceof UsageError) {
      process.stderr.write(`proxkit: ${error.message}\n`)
      return usageExitCode
    }
    const { describeFailure } = await import('./describe-failure.js')
    const failure = describeFailure(error)
    if (failure === undefined) throw error
    process.stderr.write(`proxkit: ${failure}\n`)
    return failureExitCode
  }
}
