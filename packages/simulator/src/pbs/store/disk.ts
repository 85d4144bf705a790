import type { Cluster } from '../../pve/cluster.js'

/** The files of the server that are no configuration, by absolute path. */
export class Disk {
  readonly #cluster: Cluster

  constructor(cluster: Cluster) {
    this.#cluster = cluster
  }

  read(path: string): string | undefined {
    return this.#files()[path]
  }

  /** Writes a file, or removes it where there is no text. */
  write(path: string, text: string | undefined): void {
    this.#cluster.state.writeNodeFile(this.#cluster.firstNode, path, text)
  }

  paths(): string[] {
    return Object.keys(this.#files())
  }

  #files(): Readonly<Record<string, string>> {
    return this.#cluster.node(this.#cluster.firstNode).files
  }
}
