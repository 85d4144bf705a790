import { ext4Layout } from './ext4.js'

/** A disk with a file system on it. */
export interface FormattedDisk {
  readonly path: string
  /** Bytes. */
  readonly size: number
  /** Bytes that are taken. */
  readonly used: number
}

/** About how much a file takes in a system of many small ones. */
const usualFile = 22 * 1024

const version = '1.47.2 (1-Jan-2025)'

/** What the check and the growth of an unmounted file system print: `disk` as it was, `size` as it is now. */
export function growthLines({ path, size: before, used }: FormattedDisk, size: number): string[] {
  const { blocks, blockSize, inodes } = ext4Layout(before)
  const now = Math.floor(size / blockSize)
  const kind = `(${blockSize / 1024}k)`
  return [
    `e2fsck ${version}`,
    'Pass 1: Checking inodes, blocks, and sizes',
    'Pass 2: Checking directory structure',
    'Pass 3: Checking directory connectivity',
    'Pass 4: Checking reference counts',
    'Pass 5: Checking group summary information',
    `${path}: ${11 + filesIn(used)}/${inodes} files (0.0% non-contiguous), ` +
      `${Math.ceil(used / blockSize)}/${blocks} blocks`,
    `resize2fs ${version}`,
    `Resizing the filesystem on ${path} to ${now} ${kind} blocks.`,
    `The filesystem on ${path} is now ${now} ${kind} blocks long.`,
    '',
  ]
}

/** What the growth of a file system in use prints. */
export function onlineGrowthLines({ path, size: before }: FormattedDisk, size: number): string[] {
  const { blockSize } = ext4Layout(before)
  return [
    `resize2fs ${version}`,
    `Filesystem at ${path} is mounted on /tmp; on-line resizing required`,
    `old_desc_blocks = ${descriptors(before)}, new_desc_blocks = ${descriptors(size)}`,
    `The filesystem on ${path} is now ${Math.floor(size / blockSize)} (${blockSize / 1024}k) blocks long.`,
    '',
  ]
}

/** Blocks of group descriptors: each tells of 8 GiB. */
function descriptors(bytes: number): number {
  return Math.max(1, Math.ceil(bytes / 2 ** 33))
}

/** What rsync tells of a copy of that many bytes: `rsync --stats`. */
export function copyLines(bytes: number): string[] {
  const files = filesIn(bytes)
  const directories = Math.ceil(files / 8)
  const content = number(bytes)
  const sent = bytes + files * 70
  const received = files * 19 + 400
  return [
    '',
    `Number of files: ${number(files + directories)} (reg: ${number(files)}, dir: ${number(directories)})`,
    `Number of created files: ${number(files + directories - 1)} (reg: ${number(files)}, dir: ${number(directories - 1)})`,
    'Number of deleted files: 0',
    `Number of regular files transferred: ${number(files)}`,
    `Total file size: ${content} bytes`,
    `Total transferred file size: ${content} bytes`,
    `Literal data: ${content} bytes`,
    'Matched data: 0 bytes',
    'File list size: 0',
    'File list generation time: 0.001 seconds',
    'File list transfer time: 0.000 seconds',
    `Total bytes sent: ${number(sent)}`,
    `Total bytes received: ${number(received)}`,
    '',
    `sent ${number(sent)} bytes  received ${number(received)} bytes  ${number(speed)}.00 bytes/sec`,
    `total size is ${content}  speedup is ${(bytes / (sent + received)).toFixed(2)}`,
  ]
}

/** Bytes in a second. */
const speed = 150_000_000

function filesIn(bytes: number): number {
  return Math.max(1, Math.ceil(bytes / usualFile))
}

function number(value: number): string {
  return value.toLocaleString('en-US')
}
