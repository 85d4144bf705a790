import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { listDefinitions, loadDefinition, verifyParameters } from '@proxkit/schema'
import { emitPydantic } from '@proxkit/schema/emit'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { isAbsent } from '../original/answers.js'
import { isOdd, operationAnswers } from '../original/operations.js'
import { hasPydantic, hasPython, runPython } from '../original/python.js'

const modules = listDefinitions().map(({ product, version }) => ({
  id: { product, version },
  name: `${product}_${version.replace('.', '_')}`,
}))
let folder = ''

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'proxkit-pydantic-'))
  for (const { id, name } of modules) {
    writeFileSync(join(folder, `${name}.py`), emitPydantic(loadDefinition(id)))
  }
})

afterAll(() => rmSync(folder, { recursive: true, force: true }))

describe.each(modules)('Pydantic: the module of $name', ({ id, name }) => {
  test.skipIf(!hasPython)('is Python', () => {
    const program = `
import json, sys
path = json.load(sys.stdin)
compile(open(path, encoding="utf-8").read(), path, "exec")
print("true")`
    expect(runPython(program, join(folder, `${name}.py`))).toBe(true)
  })

  test.skipIf(!hasPydantic)('has models that can be built, without a warning', () => {
    const program = `
import importlib, json, sys, warnings
warnings.simplefilter("error")
from pydantic import TypeAdapter
folder, name = json.load(sys.stdin)
sys.path.insert(0, folder)
module = importlib.import_module(name)
for parameters, result in module.OPERATIONS.values():
    parameters.model_rebuild(force=True)
    TypeAdapter(result).rebuild(force=True)
print(len(module.OPERATIONS))`
    expect(runPython(program, [folder, name])).toBe(Array.from(loadDefinition(id).methods()).length)
  })
})

/** Per call what the model sends, or null where it refuses. */
const validate = `
import json, sys
folder, calls = json.load(sys.stdin)
sys.path.insert(0, folder)
from pydantic import ValidationError
from pve_9_2 import OPERATIONS
def outcome(operation, params):
    try:
        return OPERATIONS[operation][0].model_validate(params).to_params()
    except ValidationError:
        return None
print(json.dumps([outcome(*call) for call in calls]))`

/** What is decided by code or only by one type of an object, and numbers that are written with an exponent. */
const untold = [
  /^invalid format - /,
  /^type check \('array'\) failed/,
  /^type check \('integer'\) failed - got '\d(?:\.\d+)?e\+\d+'$/,
  /^value does not match the regex pattern$/,
  /^value '.*' does not have a value in the enumeration /s,
]

describe.each(['endpoints.json', 'fuzz/endpoints.jsonl.gz'])('Pydantic on %s', (file) => {
  const plain = operationAnswers(file).filter(({ params }) => !isOdd(params))
  const outcomes = (): unknown => {
    const calls = plain.map(({ method, params }) => [`${method.verb} ${method.path}`, params])
    return runPython(validate, [folder, calls])
  }

  test.skipIf(isAbsent(file) || !hasPydantic)('agrees with the rules on what they tell', () => {
    const sent = outcomes()
    if (!Array.isArray(sent)) throw new Error(`expected a list of outcomes, found ${typeof sent}`)
    const wrong = plain.flatMap(({ method, params, isAccepted }, index) => {
      const isTaken = sent[index] !== null
      const verification = verifyParameters(method.parameters, params)
      if (verification.ok) return isTaken || !isAccepted ? [] : [{ path: method.path, params }]
      if (!isTaken) return []
      const messages = Object.values(verification.errors)
      const told = messages.filter((message) => !untold.some((pattern) => pattern.test(message)))
      return told.length === 0 ? [] : [{ path: method.path, params, told }]
    })
    expect(wrong).toEqual([])
  })
})

test.skipIf(!hasPydantic)('Pydantic: sends what it was given, by the names of the API', () => {
  const params = {
    node: 'pve1',
    vmid: '100',
    onboot: true,
    net0: 'e1000',
    'import-working-storage': 'a1',
  }
  expect(runPython(validate, [folder, [['POST /nodes/{node}/qemu', params]]])).toEqual([
    { ...params, vmid: 100, onboot: 1 },
  ])
})
