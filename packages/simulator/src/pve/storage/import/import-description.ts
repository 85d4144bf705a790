/** What a machine elsewhere would be as one of ours: parameters of its creation, and what cannot come along. */
export interface ImportDescription {
  readonly type: 'vm'
  readonly source: string
  readonly 'create-args': Readonly<Record<string, unknown>>
  /** By the drives that they become; 1 for one that is made anew. */
  readonly disks: Readonly<Record<string, ImportedDisk | 1>>
  readonly net: Readonly<Record<string, Readonly<Record<string, string>>>>
  readonly warnings: readonly ImportWarning[]
}

export interface ImportedDisk {
  readonly volid: string
  /** Bytes. */
  readonly size?: number
}

export interface ImportWarning {
  readonly type: string
  readonly key?: string
  readonly value?: string
}
