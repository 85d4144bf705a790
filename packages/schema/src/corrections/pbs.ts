import type { Corrections } from './corrections.js'

/** The dump of Proxmox Backup Server is complete: tasks show by the pattern of their identifier. */
export const pbs: Corrections = {}
