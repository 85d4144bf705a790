import {
  closeSync,
  existsSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  readSync,
  renameSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import { formatDefinition, parseDefinition } from '../definition-file.js'
import type { Definition } from '../definition.js'
import type { DefinitionId, Method } from '../model.js'
import { cacheDirectory } from './cache-directory.js'
import type { VendorTexts } from './vendor-texts.js'

/** A definition that was fetched from a server and is kept on this machine. */
export interface PulledDefinition extends DefinitionId {
  readonly name: string
  /** Where it was fetched from. */
  readonly url: string
  /** When, as ISO 8601 in UTC. */
  readonly pulledAt: string
}

/** What a server tells of its API, not kept anywhere yet. */
export interface FetchedDefinition {
  readonly pulled: PulledDefinition
  readonly methods: readonly Method[]
  readonly texts: VendorTexts
}

export interface LoadedPulledDefinition extends PulledDefinition {
  readonly definition: Definition
  /** What the vendor writes about the operations; read when it is asked for. */
  readonly vendorTexts: () => VendorTexts
}

/** The definitions that were pulled, by name. `directory` is the cache, by default the user's. */
export function listPulledDefinitions(directory: string = cacheDirectory()): PulledDefinition[] {
  const folder = folderOf(directory)
  if (!existsSync(folder)) return []
  return readdirSync(folder)
    .filter((file) => file.endsWith(extension))
    .toSorted()
    .flatMap((file) => {
      const name = file.slice(0, -extension.length)
      return headerOf(name, firstLine(join(folder, file))) ?? []
    })
}

/** Loads a definition that was pulled; undefined where there is none of that name. */
export function loadPulledDefinition(
  name: string,
  directory: string = cacheDirectory(),
): LoadedPulledDefinition | undefined {
  const file = join(folderOf(directory), `${name}${extension}`)
  if (!isName(name) || !existsSync(file)) return undefined
  const text = readFileSync(file, 'utf8')
  const header = headerOf(name, text)
  return (
    header && {
      ...header,
      definition: parseDefinition(text),
      vendorTexts: () => readTexts(join(folderOf(directory), `${name}${textsExtension}`)),
    }
  )
}

/** Keeps a definition in the cache, in place of one of the same name. */
export function savePulledDefinition(
  { pulled, methods, texts }: FetchedDefinition,
  directory: string = cacheDirectory(),
): void {
  const { name, ...header } = pulled
  const folder = folderOf(directory)
  mkdirSync(folder, { recursive: true })
  const definition = formatDefinition(pulled, methods)
  const headerEnd = definition.indexOf('\n')
  const ownHeader: object = JSON.parse(definition.slice(0, headerEnd))
  const text = JSON.stringify({ ...ownHeader, ...header }) + definition.slice(headerEnd)
  replaceFile(join(folder, `${name}${textsExtension}`), JSON.stringify(texts))
  replaceFile(join(folder, `${name}${extension}`), text)
}

/** Whether a pulled definition may have this name: it is that of a file. */
export const isName = (name: string): boolean => /^[A-Za-z0-9][\w.+~-]{0,63}$/.test(name)

const folderOf = (directory: string): string => join(directory, 'definitions')
const extension = '.jsonl'
const textsExtension = '.texts.json'

/** The header is short, and what follows it is long. */
function firstLine(file: string): string {
  const bytes = Buffer.alloc(longestHeader)
  const descriptor = openSync(file, 'r')
  try {
    return bytes.toString('utf8', 0, readSync(descriptor, bytes))
  } finally {
    closeSync(descriptor)
  }
}

const longestHeader = 16 * 1024

/** What stands in the first line of a file; undefined where it is not one that was pulled. */
function headerOf(name: string, text: string): PulledDefinition | undefined {
  const { product, version, url, pulledAt } = parseHeader(text.slice(0, text.indexOf('\n')))
  return product && version && url && pulledAt
    ? { name, product, version, url, pulledAt }
    : undefined
}

function parseHeader(line: string): Partial<PulledDefinition> {
  try {
    return Object(JSON.parse(line))
  } catch (error) {
    if (error instanceof SyntaxError) return {}
    throw error
  }
}

function readTexts(file: string): VendorTexts {
  const texts: VendorTexts = JSON.parse(readFileSync(file, 'utf8'))
  return texts
}

/** Another process sees either the old file or the new one. */
function replaceFile(file: string, text: string): void {
  const draft = `${file}.${process.pid}.tmp`
  writeFileSync(draft, text)
  renameSync(draft, file)
}
