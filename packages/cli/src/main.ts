import { run } from './run.js'

// A reader that has seen enough, such as `head`, ends the command without a word.
process.stdout.on('error', () => process.exit())

process.exitCode = await run(process.argv.slice(2))
