import { randomUUID } from 'node:crypto'

/** What a file system of type ext4 comes to on a disk of a size, as `mkfs.ext4` decides it. */
export interface Ext4Layout {
  /** Bytes of a block. */
  readonly blockSize: number
  readonly blocks: number
  readonly inodes: number
  /** Blocks that hold copies of the superblock. */
  readonly backups: readonly number[]
  /** Bytes that the empty file system takes: its journal, mostly. */
  readonly used: number
}

const mebi = 2 ** 20

/** e2fsprogs misc/mke2fs.c and lib/ext2fs/initialize.c */
export function ext4Layout(size: number): Ext4Layout {
  // Below 512 MiB a file system counts as small.
  const [blockSize, inodeRatio] = size < 512 * mebi ? [1024, 4096] : [4096, 16_384]
  const blocks = Math.floor(size / blockSize)
  const perGroup = blockSize * 8
  const groups = Math.max(1, Math.ceil(blocks / perGroup))
  const inodesPerBlock = blockSize / 256
  const wanted = Math.ceil(Math.floor(size / inodeRatio) / groups)
  const inodes = Math.ceil(wanted / inodesPerBlock) * inodesPerBlock * groups
  const first = blockSize === 1024 ? 1 : 0
  const backups = backupGroups(groups).map((group) => first + group * perGroup)
  return { blockSize, blocks, inodes, backups, used: journalBlocks(blocks) * blockSize + mebi / 2 }
}

/** What `mkfs.ext4` prints, as far as the tasks of containers show it. LXC.pm: mkfs */
export function logNewFileSystem(log: (...lines: string[]) => void, size: number): void {
  const { blocks, blockSize, inodes, backups } = ext4Layout(size)
  log(
    `Creating filesystem with ${blocks} ${blockSize / 1024}k blocks and ${inodes} inodes`,
    `Filesystem UUID: ${randomUUID()}`,
    'Superblock backups stored on blocks: ',
    // A line with one number alone is not shown.
    ...backupLines(backups).filter((line) => /^\s+\d+, \d/.test(line)),
  )
}

/** Groups with copies of the superblock: the first one, and the powers of three, five and seven. */
function backupGroups(groups: number): number[] {
  const found = new Set<number>()
  for (const base of [3, 5, 7]) {
    for (let group = 1; group < groups; group *= base) found.add(group)
  }
  return [...found].toSorted((a, b) => a - b)
}

/** Numbers one behind the other, in lines of 72 columns. */
function backupLines(blocks: readonly number[]): string[] {
  const lines: string[] = []
  let room = 0
  for (const block of blocks) {
    const needed = String(block).length + 1
    if (needed > room) {
      lines.push('\t')
      room = 72
    }
    room -= needed
    lines.push(`${lines.pop() ?? ''}${block}, `)
  }
  const last = lines.pop()
  return last === undefined ? [] : [...lines, last.replace(/, $/, '')]
}

/** e2fsprogs lib/ext2fs/mkjournal.c: ext2fs_default_journal_size */
function journalBlocks(blocks: number): number {
  const steps: readonly (readonly [below: number, size: number])[] = [
    [2048, 0],
    [32_768, 1024],
    [256 * 1024, 4096],
    [512 * 1024, 8192],
    [4096 * 1024, 16_384],
    [8192 * 1024, 32_768],
    [16_384 * 1024, 65_536],
    [32_768 * 1024, 131_072],
  ]
  return steps.find(([below]) => blocks < below)?.[1] ?? 262_144
}
