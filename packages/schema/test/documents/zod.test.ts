import { execFileSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { listDefinitions, loadDefinition, verifyParameters } from '@proxkit/schema'
import { emitZod } from '@proxkit/schema/emit'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { ZodType } from 'zod'
import type { Method } from '../../src/model.js'
import { isAbsent, record } from '../original/answers.js'
import { isOdd, operationAnswers } from '../original/operations.js'

// Below node_modules, so that the modules find Zod.
const modules = fileURLToPath(new URL('../../../../node_modules/', import.meta.url))
const tsc = join(modules, '.bin/tsc')
let folder = ''
let operations: Readonly<Record<string, unknown>> = {}

beforeAll(async () => {
  mkdirSync(join(modules, '.cache'), { recursive: true })
  folder = mkdtempSync(join(modules, '.cache/zod-'))
  for (const id of listDefinitions()) {
    writeFileSync(join(folder, `${id.product}-${id.version}.ts`), emitZod(loadDefinition(id)))
  }
  const compilerOptions = {
    target: 'es2023',
    module: 'nodenext',
    strict: true,
    noUncheckedIndexedAccess: true,
    exactOptionalPropertyTypes: true,
    skipLibCheck: true,
    types: [],
    outDir: 'out',
  }
  writeFileSync(join(folder, 'package.json'), '{ "type": "module" }')
  writeFileSync(
    join(folder, 'tsconfig.json'),
    JSON.stringify({ compilerOptions, include: ['*.ts'] }),
  )
  // Prints what does not compile, and then fails.
  execFileSync(tsc, ['-p', folder], { stdio: 'inherit', shell: process.platform === 'win32' })
  const module: unknown = await import(pathToFileURL(join(folder, 'out/pve-9.2.js')).href)
  operations = record(record(module)['operations'])
}, 180_000)

afterAll(() => rmSync(folder, { recursive: true, force: true }))

function schemaOf({ verb, path }: Method): ZodType {
  const { parameters } = record(operations[`${verb} ${path}`])
  if (!(parameters instanceof ZodType)) throw new Error(`there is no schema of ${verb} ${path}`)
  return parameters
}

test('Zod: the modules of all definitions compile, and have a schema per operation', () => {
  const definition = loadDefinition({ product: 'pve', version: '9.2' })
  for (const method of definition.methods()) expect(schemaOf(method)).toBeInstanceOf(ZodType)
})

/** What is decided by code, when a list is made of a text, and numbers that are written with an exponent. */
const untold = [
  /^invalid format - /,
  /^type check \('array'\) failed/,
  /^type check \('integer'\) failed - got '\d(?:\.\d+)?e\+\d+'$/,
]

describe.each(['endpoints.json', 'fuzz/endpoints.jsonl.gz'])('Zod of PVE 9.2 on %s', (file) => {
  const plain = operationAnswers(file).filter(({ params }) => !isOdd(params))

  test.skipIf(isAbsent(file))('takes what is accepted', () => {
    const accepted = plain.filter(
      ({ method, params, isAccepted }) =>
        isAccepted && verifyParameters(method.parameters, params).ok,
    )
    expect(accepted.length).toBeGreaterThan(290)
    const refused = accepted.flatMap(({ method, params }) => {
      const { error } = schemaOf(method).safeParse(params)
      return error ? [{ path: method.path, params, issues: error.issues }] : []
    })
    expect(refused).toEqual([])
  })

  test.skipIf(isAbsent(file))('takes of what is refused only what it cannot tell', () => {
    const wrong = plain.flatMap(({ method, params }) => {
      const verification = verifyParameters(method.parameters, params)
      if (verification.ok || !schemaOf(method).safeParse(params).success) return []
      const told = Object.entries(verification.errors).filter(
        ([, message]) => !untold.some((pattern) => pattern.test(message)),
      )
      return told.length === 0 ? [] : [{ path: method.path, params, told }]
    })
    expect(wrong).toEqual([])
  })
})
