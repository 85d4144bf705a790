import { Argument, Command } from 'commander'
import { productOption, versionOption } from '../schema/options.js'
import type { GenerateOptions, Kind } from './generate.js'

/** `proxkit generate` */
export function generateCommand(): Command {
  const kinds: readonly Kind[] = ['typescript', 'openapi', 'pydantic', 'zod', 'jsonschema']
  return new Command('generate')
    .description('Generate code or documents from an API definition.')
    .addArgument(new Argument('<kind>', 'what to generate').choices(kinds))
    .addOption(productOption())
    .addOption(versionOption())
    .option('--out <file>', 'file to write (default: print it)')
    .helpOption('-h, --help', 'print this help')
    .action(async (kind: Kind, options: GenerateOptions) => {
      const { generate } = await import('./generate.js')
      generate(kind, options)
    })
}
