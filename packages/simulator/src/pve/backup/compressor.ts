import type { BackupDefaults } from './backup-defaults.js'

export interface Compressor {
  /** Command that reads the archive and writes it smaller. */
  readonly command: string
  /** Of the name of the archive. */
  readonly extension: string
  /** What is left of data that is neither zero nor packed already. */
  readonly ratio: number
  /** What it says, and how it ends, where nothing can be written any more. */
  readonly full: { readonly text: string; readonly exitCode: number }
}

/** What the options say of compression; undefined for none. pve-manager VZDump.pm: compressor_info */
export function compressorOf(
  { compress = '0', pigz = '0', zstd = '1' }: BackupDefaults,
  cpus: number,
): Compressor | undefined {
  const half = Math.floor((cpus + 1) / 2)
  switch (compress) {
    case '1':
    case 'lzo':
      return {
        command: 'lzop',
        extension: 'lzo',
        ratio: 0.6,
        full: { text: 'lzop: No space left on device: <stdout>', exitCode: 1 },
      }
    case 'gzip': {
      const threads = Number(pigz) === 1 ? half : Number(pigz)
      const command = threads > 0 ? `pigz -p ${threads} --rsyncable` : 'gzip --rsyncable'
      const text =
        threads > 0
          ? 'pigz: abort: write error on <stdout> (No space left on device)'
          : 'gzip: stdout: No space left on device'
      return {
        command,
        extension: 'gz',
        ratio: 0.5,
        full: { text, exitCode: threads > 0 ? 28 : 1 },
      }
    }
    case 'zstd': {
      const threads = Number(zstd) === 0 ? half : Number(zstd)
      const text =
        'zstd: error 25 : Write error : No space left on device (cannot write compressed block)'
      return {
        command: `zstd --threads=${threads}`,
        extension: 'zst',
        ratio: 0.45,
        full: { text, exitCode: 25 },
      }
    }
    default:
      return undefined
  }
}
