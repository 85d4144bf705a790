import type { Verb } from '../call.js'
import { applyCorrections } from '../corrections/apply-corrections.js'
import type { DefinitionId, Method, Product, Schema } from '../model.js'
import { ApidocError } from './apidoc-error.js'
import { extractTree } from './extract-tree.js'
import type { Dialect } from './normalise-pattern.js'
import { normaliseSchema } from './normalise-schema.js'
import { parsePermissions } from './parse-permissions.js'
import { isTrue, type RawRecord, requireList, requireRecord, requireString } from './raw-value.js'
import { wordingOf } from './wording.js'

/**
 * Reads the vendor's API description: the facts of every method, corrected, without any of the vendor's prose.
 * Sorted by path and verb. Nothing of the text is evaluated; damaged input throws `ApidocError`.
 */
export function parseApidoc(text: string, id: DefinitionId): Method[] {
  return applyCorrections(id, readMethods(text, id.product)).toSorted(byPathAndVerb)
}

/** Reads the methods as they stand in the vendor's API description, in its order. */
export function readMethods(text: string, product: Product): Method[] {
  const roots = requireList(extractTree(text), 'the API tree')
  return roots.flatMap((root) => [...methodsOf(root, dialects[product])])
}

const dialects: Readonly<Record<Product, Dialect>> = {
  pve: 'perl',
  pmg: 'perl',
  pbs: 'rust',
  pdm: 'rust',
}

function* methodsOf(rawNode: unknown, dialect: Dialect): Generator<Method> {
  const node = requireRecord(rawNode, 'a node of the API tree')
  const path = requireString(node['path'], 'the path of a node of the API tree')
  for (const [verb, raw] of Object.entries(requireRecord(node['info'] ?? {}, path))) {
    if (!isVerb(verb)) throw new ApidocError(`unknown verb ${verb} at ${path}`)
    yield parseMethod({ verb, path, raw: requireRecord(raw, `${verb} ${path}`), dialect })
  }
  for (const child of requireList(node['children'] ?? [], path)) yield* methodsOf(child, dialect)
}

interface RawMethod {
  readonly verb: Verb
  readonly path: string
  readonly raw: RawRecord
  readonly dialect: Dialect
}

function parseMethod({ verb, path, raw, dialect }: RawMethod): Method {
  const { name, proxyto, permissions } = raw
  const wording = wordingOf(raw)
  return {
    verb,
    path,
    ...(typeof name === 'string' ? { name } : {}),
    ...(permissions ? { permissions: parsePermissions(requireRecord(permissions, path)) } : {}),
    ...(isTrue(raw['protected']) ? { protected: true } : {}),
    // An undefined proxyto is printed as null and means the same as none.
    ...(typeof proxyto === 'string' ? { proxyto } : {}),
    // pve-common PVE/RESTHandler.pm: register_method sets it to 1 where it is not given
    ...(isTrue(raw['allowtoken'] ?? 1) ? {} : { allowtoken: false }),
    ...(isTrue(raw['download_allowed']) ? { downloadAllowed: true } : {}),
    ...(isTrue(raw['expose_credentials']) ? { exposeCredentials: true } : {}),
    ...(isTrue(raw['unstable']) ? { unstable: true } : {}),
    ...streamKinds[String(raw['method'])],
    ...(wording !== undefined ? { wording } : {}),
    parameters: readSchema(raw['parameters'], { of: `${verb} ${path}`, dialect }),
    returns: readSchema(raw['returns'], { of: `${verb} ${path}`, dialect }),
  }
}

function readSchema(
  raw: unknown = {},
  { of, dialect }: { readonly of: string; readonly dialect: Dialect },
): Schema {
  try {
    return normaliseSchema(raw, dialect)
  } catch (cause) {
    throw new ApidocError(`cannot read a schema of ${of}`, { cause })
  }
}

const streamKinds: Readonly<Record<string, { readonly kind: 'download' | 'upload' }>> = {
  DOWNLOAD: { kind: 'download' },
  UPLOAD: { kind: 'upload' },
}

function byPathAndVerb(a: Method, b: Method): number {
  if (a.path !== b.path) return a.path < b.path ? -1 : 1
  return a.verb < b.verb ? -1 : 1
}

const isVerb = (text: string): text is Verb => /^(?:GET|POST|PUT|DELETE)$/.test(text)
