import { failed, faultText } from '../../engine/fault.js'
import type { Volume } from '../storage/storages.js'
import type { ArchiveReader, SavedDisk } from './restore-archive.js'
import type { VmJob } from './vm-job.js'

/** Reads an archive in the format of the emulator. QemuServer.pm: restore_vma_archive */
export function vmaReader(
  { cluster, log }: VmJob,
  { archive, text }: { readonly archive: Volume; readonly text: string },
): ArchiveReader {
  const command = extractCommand(cluster.storages.path(archive.volid))
  const { firewall, ctime } = archive.stored
  return {
    begin(disks) {
      log(`restore vma archive: ${command}`, configLine(text, 'qemu-server.conf'))
      if (firewall !== undefined) log(configLine(firewall, 'qemu-server.fw'))
      log(
        ...disks.map(
          ({ name, size }, index) =>
            `DEV: dev_id=${index + 1} size: ${size} devname: drive-${name}`,
        ),
        `CTIME: ${printTime(ctime)}`,
      )
    },
    // Everything that happens while the archive is read fails as a part of that command.
    refusal(error) {
      const prefix = command.includes(' | ') ? 'set -o pipefail && ' : ''
      return failed(`command '${prefix}${command}' failed: ${faultText(error)}`)
    },
    read(disks, volumes) {
      const { storages } = cluster
      const names = disks.map(({ name }) => name).toSorted()
      const mapped = names.map((name) => {
        const volid = volumes.get(name) ?? ''
        const zeros = storages.hasFeature('sparseinit', volid) ? 0 : 1
        return `map 'drive-${name}' to '${storages.path(volid)}' (write zeros = ${zeros})`
      })
      // Whoever decides where the disks go says so, and so does the program that reads the archive.
      log(...mapped, ...mapped, ...progress(disks))
    },
  }
}

function configLine(text: string, name: string): string {
  return `CFG: size: ${Buffer.byteLength(text)} name: ${name}`
}

function extractCommand(path: string): string {
  const decompressors: Readonly<Record<string, string>> = {
    zst: 'zstd -q -d -c',
    gz: 'zcat',
    lzo: 'lzop -d -c',
  }
  const decompressor = decompressors[path.slice(path.lastIndexOf('.') + 1)]
  const source = decompressor ? `${decompressor} ${path} | ` : ''
  return `${source}vma extract -v -r ${directory}.fifo ${source ? '-' : path} ${directory}`
}

const directory = '/var/tmp/vzdumptmp4711'

function progress(disks: readonly SavedDisk[]): string[] {
  const bytes = disks.reduce((sum, { size }) => sum + size, 0)
  if (bytes === 0) return []
  return [
    ...[1, 50, 100].map((percent) => {
      const read = Math.floor((bytes * percent) / 100)
      return `progress ${percent}% (read ${read} bytes, duration 0 sec)`
    }),
    `total bytes read ${bytes}, sparse bytes ${bytes} (100%)`,
    'space reduction due to 4K zero blocks 0%',
  ]
}

/** A time as the C library prints it: `Sat Nov 21 02:00:54 2026`. */
function printTime(seconds: number): string {
  const [, day, date, month, year, time] =
    /^(\w+), (\d+) (\w+) (\d+) ([\d:]+)/.exec(new Date(seconds * 1000).toUTCString()) ?? []
  return `${day} ${month} ${date} ${time} ${year}`
}
