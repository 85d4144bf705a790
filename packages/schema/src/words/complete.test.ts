import { describe, expect, test } from 'vitest'
import {
  type DefinitionId,
  describeOperation,
  describeParameter,
  listDefinitions,
  loadDefinition,
  type Method,
  type Product,
  type Schema,
} from '../index.js'
import { namedShape } from '../property-string/shapes.js'
import { loadWords } from './load-words.js'

const summarised: readonly Product[] = ['pve', 'pbs', 'pmg', 'pdm']
const described: readonly Product[] = ['pve']

const versionsOf = (product: Product): DefinitionId[] =>
  listDefinitions().filter((id) => id.product === product)

const key = ({ verb, path }: Method): string => `${verb} ${path}`

describe.each(summarised)('%s: the summaries of operations', (product) => {
  const versions = versionsOf(product)
  const { operations } = loadWords(product)

  test.each(versions)('$version: none is missing', (id) => {
    const methods = [...loadDefinition(id).methods()]
    const without = methods.filter((method) => describeOperation(id, method) === undefined)
    expect(without.map(key)).toEqual([])
  })

  test('each is of an operation of some version', () => {
    const known = new Set(versions.flatMap((id) => Array.from(loadDefinition(id).methods(), key)))
    expect([...operations.keys()].filter((operation) => !known.has(operation))).toEqual([])
  })

  test('each is one line of at most 80 characters without a full stop', () => {
    expect([...operations.values()].filter((text) => !isSentence(text, 80))).toEqual([])
  })
})

describe.each(described)('%s: the words on parameters', (product) => {
  const versions = versionsOf(product)
  const { exceptions, parameters } = loadWords(product)

  test.each(versions)('$version: none are missing', (id) => {
    const without: string[] = []
    for (const method of loadDefinition(id).methods()) {
      for (const name of namesOf(method)) {
        if (describeParameter(id, { ...method, name }) === undefined) {
          without.push(`${key(method)}: ${name}`)
        }
      }
    }
    expect(without).toEqual([])
  })

  test('each are said of some parameter', () => {
    const said = new Set<string>()
    for (const id of versions) {
      for (const method of loadDefinition(id).methods()) {
        for (const name of namesOf(method)) {
          const text = describeParameter(id, { ...method, name })
          for (const entry of entriesFor(name)) said.add(`${entry}: ${text}`)
        }
      }
    }
    const entries = [parameters, ...exceptions.values()].flatMap((table) => [...table])
    const unsaid = entries.filter(([name, text]) => !said.has(`${name}: ${text}`))
    expect(unsaid).toEqual([])
  })

  test('each are one line of at most 120 characters without a full stop', () => {
    const texts = [parameters, ...exceptions.values()].flatMap((table) => [...table.values()])
    expect(texts.filter((text) => !isSentence(text, 120))).toEqual([])
  })
})

const isSentence = (text: string, longest: number): boolean =>
  /^[A-Z0-9][^\n]*[^.\s]$/.test(text) && text.length <= longest

/** All parameters of a method: those of its path, the others, and the members of property strings. */
function namesOf({ path, parameters }: Method): Set<string> {
  const names = new Set(Array.from(path.matchAll(/\{([^}]+)\}/g), ([, name = '']) => name))
  for (const [name, schema] of Object.entries(parameters.properties ?? {})) {
    names.add(name)
    for (const member of membersOf(schema)) names.add(`${name}.${member}`)
  }
  return names
}

function membersOf({ format = '', propertyString, items, oneOf = [] }: Schema): string[] {
  const { properties = {} } = propertyString ?? namedShape(format) ?? {}
  const inner = items ? [items, ...oneOf] : oneOf
  return [...Object.keys(properties), ...inner.flatMap(membersOf)]
}

/** Under which names there may be words on a parameter. */
function entriesFor(name: string): string[] {
  const [parent = '', member] = name.split('.')
  const stem = parent.replace(/\d+$/, '[n]')
  return member === undefined ? [name, stem] : [name, `${stem}.${member}`, `.${member}`]
}
