import type { Hotplug } from './live-change.js'
import { memoryOf } from './vm-config.js'

/** Mebibytes that are there without any module. Memory.pm: $STATICMEM */
const fixedMemory = 1024

/** Mebibytes that a machine can have at most with 40 address bits. */
const largest = 2 ** 19

/**
 * Adds or removes memory modules and returns the memory that there is then, which falls on the end of a module.
 * Memory.pm: qemu_memory_hotplug
 */
export function plugMemory({ config }: Hotplug, value: string | undefined): string {
  const present = memoryOf(config.main)
  const wanted = value === undefined ? 512 : memoryOf(new Map([['memory', value]]))
  if (wanted === present) return value ?? String(wanted)
  const isHuge = config.main.get('hugepages') === '1024'
  const sockets = isHuge ? Number(config.main.get('sockets')) || 1 : 1
  const fixed = fixedMemory * sockets
  if (wanted < fixed) {
    throw new Error(
      `memory can't be lower than ${fixed} MB at /usr/share/perl5/PVE/QemuServer/Memory.pm line 219.\n`,
    )
  }
  if (wanted > largest) throw new Error(`you cannot add more memory than max mem ${largest} MB!`)
  const ends = [fixed, ...moduleEnds(fixed)]
  const reached =
    wanted > present ? ends.find((end) => end >= wanted) : ends.findLast((end) => end <= wanted)
  return String(reached ?? wanted)
}

/** Where each module ends: 32 of 512 MiB, then 32 of twice the size, and so on. Memory.pm: foreach_dimm */
function* moduleEnds(fixed: number): Generator<number> {
  let end = fixed
  for (let size = 512; size <= 512 * 2 ** 7; size *= 2) {
    for (let module = 0; module < 32; module += 1) yield (end += size)
  }
}
