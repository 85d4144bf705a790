import { EtcPveError } from './etc-pve-error.js'

/** What lies at a path, in whatever the copy was made. */
export type TreeEntry =
  | { readonly path: string; readonly kind: 'file'; readonly data: Uint8Array }
  | { readonly path: string; readonly kind: 'directory' }
  | { readonly path: string; readonly kind: 'link'; readonly target: string }
  /** A device, a socket, a pipe. */
  | { readonly path: string; readonly kind: 'other' }

// pve-cluster pmxcfs/memdb.h: MEMDB_MAX_FILE_SIZE, MEMDB_MAX_FSSIZE, MEMDB_MAX_INODES
const maxFile = 2 ** 20
const maxTotal = 128 * 2 ** 20
const maxEntries = 256 * 1024

/** Counts what is read, and throws an `EtcPveError` for more than the cluster file system of a node can hold. */
export class ReadLimits {
  readonly #source: string
  #entries = 0
  #bytes = 0

  constructor(source: string) {
    this.#source = source
  }

  /** To be asked before the data is read. */
  take(path: string, bytes: number): void {
    this.#entries += 1
    this.#bytes += bytes
    if (bytes > maxFile)
      this.#refuse(`${path} has ${bytes} bytes; no file there has more than ${maxFile}`)
    if (this.#bytes > maxTotal) this.#refuse(`there are more than ${maxTotal} bytes in it`)
    if (this.#entries > maxEntries) this.#refuse(`there are more than ${maxEntries} files in it`)
  }

  #refuse(reason: string): never {
    throw new EtcPveError(`${this.#source} is no copy of /etc/pve: ${reason}`)
  }
}
