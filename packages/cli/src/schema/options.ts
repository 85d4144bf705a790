import { Option } from 'commander'

/** Options that several commands on definitions have. */

export const productOption = (): Option =>
  new Option('--product <product>', 'whose API (default: pve)').choices([
    'pve',
    'pbs',
    'pmg',
    'pdm',
  ])

export const versionOption = (): Option =>
  new Option(
    '--version <version>',
    'version such as 8.4, name of a pulled definition, or a file (default: the newest that comes with proxkit)',
  )

export const outputOption = (): Option =>
  new Option('--output <format>', 'how to print').choices(['text', 'json']).default('text')
