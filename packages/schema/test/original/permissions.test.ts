import { describe, expect, test } from 'vitest'
import { parsePermissions } from '../../src/apidoc/parse-permissions.js'
import { explainPermission, loadDefinition, type Requirement, type Verb } from '../../src/index.js'
import { type Answer, answersOrNone, isAbsent, record } from './answers.js'

const DEFINITION = loadDefinition({ product: 'pve', version: '9.2' })

/** Refusals that name the path and the privileges, such as `(/vms/100, VM.Audit|VM.Backup)`. */
const REFUSALS = answersOrNone('permissions.json').flatMap((answer) => {
  const message = String(record(answer.result).message)
  const [, path, names = ''] = /\((\/[^,]*), ([\w.|]+)\)\n$/.exec(message) ?? []
  const requirement = requirementOf(answer)
  return path === undefined || requirement === undefined
    ? []
    : [{ ...answer, path, names: names.split('|'), requirement }]
})

describe.skipIf(isAbsent('permissions.json'))('permissions: what the original refuses', () => {
  test('there are many refusals that name privileges', () => {
    expect(REFUSALS.length).toBeGreaterThan(100)
  })

  test.each(REFUSALS)('$id is explained', ({ path, names, requirement }) => {
    const onPath = privilegesOf(requirement).filter((part) => part.path === path)
    expect(onPath.map(({ privileges }) => privileges)).toContainEqual(expect.arrayContaining(names))
  })
})

function requirementOf({ op, permissions, method, path, params }: Answer): Requirement | undefined {
  if (op === 'permcheck') {
    const parsed = parsePermissions(record(permissions))
    return explainPermission({ permissions: parsed }, record(params)).requirement
  }
  if (op !== 'endpoint_perm') return undefined
  const found = DEFINITION.find(verbOf(method), String(path))
  const given = { ...record(params), ...found?.pathParams }
  return found && explainPermission(found.method, given).requirement
}

function verbOf(method: unknown): Verb {
  return method === 'GET' || method === 'POST' || method === 'PUT' ? method : 'DELETE'
}

type Privileges = Extract<Requirement, { needs: 'privileges' }>

function privilegesOf(requirement: Requirement): Privileges[] {
  if (requirement.needs === 'privileges') return [requirement]
  if (requirement.needs !== 'all' && requirement.needs !== 'any') return []
  return requirement.of.flatMap(privilegesOf)
}
