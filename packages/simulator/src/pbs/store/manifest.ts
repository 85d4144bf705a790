/** What a snapshot says of itself. proxmox-backup pbs-datastore/src/manifest.rs: BackupManifest */
export interface Manifest {
  readonly 'backup-type': string
  readonly 'backup-id': string
  /** Seconds since the epoch. */
  readonly 'backup-time': number
  readonly files: readonly ManifestFile[]
  /** Notes and the state of verification: not part of what is signed. */
  readonly unprotected: Readonly<Record<string, unknown>>
}

export interface ManifestFile {
  readonly filename: string
  readonly 'crypt-mode': string
  /** Bytes. */
  readonly size: number
  readonly csum: string
}

export function parseManifest(text: string): Manifest {
  const manifest: Manifest = JSON.parse(text)
  return manifest
}

export function formatManifest(manifest: Manifest): string {
  return `${JSON.stringify(manifest, undefined, 2)}\n`
}
