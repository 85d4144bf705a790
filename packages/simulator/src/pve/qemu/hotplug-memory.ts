import type { ReadonlySection } from '../guest/config-file.js'
import type { Hotplug } from './live-change.js'
import { memoryOf } from './vm-config.js'

/** Mebibytes that a machine can have at most with 40 address bits. */
export const largestMemory: number = 2 ** 19

/** Mebibytes that are there without any module. Memory.pm: $STATICMEM */
export function fixedMemoryOf(main: ReadonlySection): number {
  return 1024 * (isHuge(main) ? Number(main.get('sockets')) || 1 : 1)
}

/** Mebibytes of each module: 32 of one size, then 32 of twice the size, and so on. Memory.pm: foreach_dimm */
export function* memoryModules(main: ReadonlySection): Generator<number> {
  const first = isHuge(main) ? 1024 : 512
  for (let step = 0; step < 8; step += 1) {
    for (let module = 0; module < 32; module += 1) yield first * 2 ** step
  }
}

/**
 * Adds or removes memory modules and returns the memory that there is then, which falls on the end of a module.
 * Memory.pm: qemu_memory_hotplug
 */
export function plugMemory({ config }: Hotplug, value: string | undefined): string {
  const { main } = config
  const present = memoryOf(main)
  const wanted = value === undefined ? 512 : memoryOf(new Map([['memory', value]]))
  if (wanted === present) return value ?? String(wanted)
  const fixed = fixedMemoryOf(main)
  if (wanted < fixed) {
    throw new Error(
      `memory can't be lower than ${fixed} MB at /usr/share/perl5/PVE/QemuServer/Memory.pm line 219.\n`,
    )
  }
  if (wanted > largestMemory) {
    throw new Error(`you cannot add more memory than max mem ${largestMemory} MB!`)
  }
  const ends = [fixed]
  for (const size of memoryModules(main)) ends.push((ends.at(-1) ?? fixed) + size)
  const reached =
    wanted > present ? ends.find((end) => end >= wanted) : ends.findLast((end) => end <= wanted)
  return String(reached ?? wanted)
}

function isHuge(main: ReadonlySection): boolean {
  return main.get('hugepages') === '1024'
}
