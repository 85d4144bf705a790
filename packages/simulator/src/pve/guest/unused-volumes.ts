import { failed } from '../../engine/fault.js'
import type { Section } from './config-file.js'

/** The most volumes that a guest may list as unused. */
const maximum = 256

/**
 * Lists a volume as unused under the lowest free number, once; returns the option. AbstractConfig.pm:
 * add_unused_volume
 */
export function addUnusedVolume(section: Section, volid: string): string | undefined {
  let free: string | undefined
  for (let index = maximum - 1; index >= 0; index -= 1) {
    const present = section.get(`unused${index}`)
    if (present === volid) return undefined
    if (!present) free = `unused${index}`
  }
  if (!free) throw failed('Too many unused volumes - please delete them first.')
  section.set(free, volid)
  return free
}

export function isUnusedOption(name: string): boolean {
  return /^unused\d+$/.test(name)
}
