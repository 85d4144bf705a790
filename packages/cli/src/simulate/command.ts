import { products } from '@proxkit/schema'
import { Command, InvalidArgumentError, Option } from 'commander'
import type { SimulateOptions } from './simulate.js'

/** `proxkit simulate` */
export function simulateCommand(): Command {
  return new Command('simulate')
    .description(
      'Run a simulated Proxmox VE cluster, or a server of another product, until Ctrl+C.',
    )
    .option('--host <address>', 'address to listen on', '127.0.0.1')
    .option(
      '--port <number>',
      'port to listen on; 0 takes any free one (default: the usual one of the product)',
      parsePort,
    )
    .option('--http', 'speak plain HTTP, which a real node does not', false)
    .option(
      '--seed <name|file>',
      'cluster to start with: lab, single, or a YAML or JSON file',
      'lab',
    )
    .addOption(
      new Option(
        '--import <path>',
        'a real cluster to start with: a directory or tar archive of /etc/pve, or a config.db',
      ).conflicts('seed'),
    )
    .option(
      '--export <path>',
      'write /etc/pve at the end: a .tar, .tar.gz or .db file, or a directory',
    )
    .option(
      '--root-password <password>',
      'password of root@pam (default: what the seed says)',
      parsePassword,
    )
    .option(
      '--state <file>',
      'file that keeps the cluster from run to run; the seed is for a new one',
    )
    .addOption(
      new Option('--product <product>', 'what to simulate').choices(products).default('pve'),
    )
    .option(
      '--api-version <version>',
      'version of the API: one that is known or was pulled (default: the newest)',
    )
    .option('--definition <file>', 'API definition to serve: an apidoc.js or a definition file')
    .option('--annotate', 'tell the level of each answer in the header X-Proxkit-Level', false)
    .option(
      '--speed <factor>',
      'how much faster than real time runs; 0 stands still',
      parseSpeed,
      1,
    )
    .option('--faults <file>', 'what goes wrong: a YAML or JSON list of faults')
    .option('--overrides <file>', 'answers of your own by path, in YAML or JSON')
    .option('--replay <file>', 'answers of a real server: an HTTP Archive (HAR)')
    .option(
      '--control-key <key>',
      'key for the control under /_proxkit/ (default: a new one on the loopback address, else no control)',
      parseKey,
    )
    .helpOption('-h, --help', 'print this help')
    .action(async (options: SimulateOptions) => {
      // Loaded only here, so that help and mistakes are answered at once.
      const { simulate } = await import('./simulate.js')
      await simulate(options)
    })
}

function parsePort(text: string): number {
  const port = Number(text)
  if (/^\d+$/.test(text) && port <= 65_535) return port
  throw new InvalidArgumentError('Give a number from 0 to 65535.')
}

function parseSpeed(text: string): number {
  const speed = Number(text)
  if (/^[\d.]+$/.test(text) && Number.isFinite(speed)) return speed
  throw new InvalidArgumentError('Give a number from 0 up, such as 10.')
}

function parseKey(text: string): string {
  if (/^[!-~]{8,}$/.test(text)) return text
  throw new InvalidArgumentError('Give at least 8 printable ASCII characters without blanks.')
}

function parsePassword(text: string): string {
  if (text !== '') return text
  throw new InvalidArgumentError('Give at least one character.')
}
