import type { Definition, Product } from '@proxkit/schema'
import {
  emitJsonSchema,
  emitOpenapi,
  emitPydantic,
  emitTypescript,
  emitZod,
} from '@proxkit/schema/emit'
import { writeFileSync } from 'node:fs'
import { findDefinition } from '../schema/find-definition.js'
import { systemCode } from '../system-code.js'
import { UsageError } from '../usage-error.js'

export type Kind = 'typescript' | 'openapi' | 'pydantic' | 'zod' | 'jsonschema'

export interface GenerateOptions {
  readonly product?: Product
  /** A version, the name of a pulled definition, or a file. */
  readonly version?: string
  /** Path of the file to write. */
  readonly out?: string
}

/** Prints a definition in another language, or writes it to a file. */
export function generate(kind: Kind, { product, version, out }: GenerateOptions): void {
  const text = emitters[kind](findDefinition(version, product).definition)
  if (out === undefined) process.stdout.write(text)
  else write(out, text)
}

const emitters: Readonly<Record<Kind, (definition: Definition) => string>> = {
  typescript: (definition) => emitTypescript(definition),
  openapi: (definition) => document(emitOpenapi(definition)),
  pydantic: emitPydantic,
  zod: emitZod,
  jsonschema: (definition) => document(emitJsonSchema(definition)),
}

const document = (value: object): string => `${JSON.stringify(value, undefined, 2)}\n`

function write(file: string, text: string): void {
  try {
    writeFileSync(file, text)
  } catch (error) {
    const reason = reasons.get(systemCode(error) ?? '')
    if (reason === undefined) throw error
    throw new UsageError(`cannot write ${file}: ${reason}`, { cause: error })
  }
}

const reasons: ReadonlyMap<string, string> = new Map([
  ['ENOENT', 'there is no such directory'],
  ['ENOTDIR', 'there is no such directory'],
  ['EISDIR', 'it is a directory'],
  ['EACCES', 'permission denied'],
  ['ENOSPC', 'the disk is full'],
  ['EROFS', 'the file system cannot be written'],
])
