import { createHash } from 'node:crypto'

/** Called after a file of the tree was written (`text`) or removed (`undefined`). */
type Listener = (path: string, text: string | undefined) => void

/**
 * The files of `/etc/pve`, by their path below it: `storage.cfg`, `nodes/pve1/qemu-server/100.conf`.
 *
 * Text is the truth; what is parsed from it is remembered until the text changes.
 */
export class ConfigTree {
  /** The version of the product that reads them. */
  readonly version: string
  readonly #files = new Map<string, string>()
  readonly #directories = new Map<string, Set<string>>()
  readonly #parsed = new Map<string, Map<unknown, unknown>>()
  readonly #listeners: Listener[] = []
  /** Throws where a file may not be changed now; asked before every change but those of `replace`. */
  requireWritable: ((path: string) => void) | undefined

  constructor(version = '9.2') {
    this.version = version
  }

  read(path: string): string | undefined {
    return this.#files.get(path)
  }

  has(path: string): boolean {
    return this.#files.has(path)
  }

  write(path: string, text: string): void {
    if (this.#files.get(path) === text) return
    this.requireWritable?.(path)
    this.#put(path, text)
  }

  remove(path: string): void {
    if (!this.#files.has(path)) return
    this.requireWritable?.(path)
    this.#drop(path)
  }

  /** Renames a file; the target must not exist. */
  move(from: string, to: string): void {
    const text = this.#files.get(from)
    if (text === undefined) throw new Error(`cannot move ${from}: no such file`)
    if (this.#files.has(to)) throw new Error(`cannot move ${from} to ${to}: the target exists`)
    this.remove(from)
    this.write(to, text)
  }

  /** Names of the files directly in a directory, in no particular order. */
  list(directory: string): Iterable<string> {
    return this.#directories.get(directory) ?? []
  }

  /** What `parse` makes of the file's text, `''` for a missing one; computed once per text. */
  parse<T>(path: string, parse: (text: string) => T): T {
    let results = this.#parsed.get(path)
    if (!results) this.#parsed.set(path, (results = new Map()))
    if (!results.has(parse)) results.set(parse, parse(this.#files.get(path) ?? ''))
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- stored under this very function, it is its result
    return results.get(parse) as T
  }

  /** SHA-1 of the text in hex, as the product hands out for optimistic locking. */
  digest(path: string): string {
    return this.parse(path, sha1)
  }

  onChange(listener: Listener): void {
    this.#listeners.push(listener)
  }

  /** Every file, sorted by path. */
  toJSON(): Record<string, string> {
    return Object.fromEntries([...this.#files].toSorted(([a], [b]) => (a < b ? -1 : 1)))
  }

  /** Makes the tree hold exactly these files. */
  replace(files: Readonly<Record<string, string>>): void {
    for (const path of this.#files.keys()) if (!(path in files)) this.#drop(path)
    for (const [path, text] of Object.entries(files)) this.#put(path, text)
  }

  #put(path: string, text: string): void {
    if (this.#files.get(path) === text) return
    this.#files.set(path, text)
    const [directory, name] = split(path)
    const names = this.#directories.get(directory)
    if (names) names.add(name)
    else this.#directories.set(directory, new Set([name]))
    this.#changed(path, text)
  }

  #drop(path: string): void {
    if (!this.#files.delete(path)) return
    const [directory, name] = split(path)
    this.#directories.get(directory)?.delete(name)
    this.#changed(path, undefined)
  }

  #changed(path: string, text: string | undefined): void {
    this.#parsed.delete(path)
    for (const listener of this.#listeners) listener(path, text)
  }
}

function split(path: string): [directory: string, name: string] {
  const slash = path.lastIndexOf('/')
  return slash < 0 ? ['', path] : [path.slice(0, slash), path.slice(slash + 1)]
}

/** In hexadecimal digits, as digests of files are told. */
export function sha1(text: string): string {
  return createHash('sha1').update(text).digest('hex')
}
