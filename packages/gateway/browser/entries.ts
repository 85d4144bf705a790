/** An entry of `/cluster/resources`, as far as the page shows it; what is not there is not known, or not of its type. */
export interface Resource {
  readonly id: string
  readonly type: string
  readonly status?: string
  readonly node?: string
  readonly name?: string
  readonly vmid?: number
  readonly template?: boolean
  readonly storage?: string
  readonly shared?: boolean
  readonly content?: string
  readonly tags?: string
  readonly lock?: string
  /** Share of `maxcpu` that is in use, from 0 to 1. */
  readonly cpu?: number
  readonly maxcpu?: number
  /** Bytes. */
  readonly mem?: number
  readonly maxmem?: number
  readonly disk?: number
  readonly maxdisk?: number
  /** Seconds. */
  readonly uptime?: number
}

/** An entry of `/cluster/tasks`. */
export interface TaskEntry {
  readonly upid: string
  readonly node: string
  readonly type: string
  /** What it is about, such as a VMID; may be empty. */
  readonly id?: string
  readonly user: string
  /** Seconds since 1970. */
  readonly starttime: number
  readonly endtime?: number
  /** Absent while it runs. */
  readonly status?: string
}

export const isGuest = ({ type }: Resource): boolean => type === 'qemu' || type === 'lxc'
