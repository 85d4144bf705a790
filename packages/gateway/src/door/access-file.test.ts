import { describe, expect, test } from 'vitest'
import { ConfigurationError } from '../configuration.js'
import { readAccess } from './access-file.js'

const hash = `sha256:${'a'.repeat(64)}`

test('what a policy does not say it does not restrict', () => {
  const { policies } = readAccess(
    `policies: { all: {} }\ncallers: [{ name: ci, key: '${hash}', policy: all }]`,
    'access.yaml',
  )
  expect(policies['all']).toEqual({
    'read-only': false,
    'dry-run': false,
    unscoped: [],
    parameters: {},
  })
})

describe('a mistake is told with its place', () => {
  const callers = `callers:\n  - { name: ci, key: '${hash}', policy: all }`
  test.each<[string, string, string]>([
    ['YAML', 'policies: [', 'a.yaml:1:12: '],
    [
      'an unknown word',
      `policies:\n  all:\n    readonly: true\n${callers}`,
      'a.yaml:3:5: policies.all: Unrecognized key: "readonly"',
    ],
    ['an unknown policy', `policies:\n  some: {}\n${callers}`, 'a.yaml:4:'],
    [
      'a call',
      `policies:\n  all:\n    allow:\n      - get /nodes\n${callers}`,
      'a.yaml:4:9: policies.all.allow.0: calls are written as',
    ],
    [
      'a wildcard in the middle',
      `policies:\n  all: { allow: ['/nodes/**/config'] }\n${callers}`,
      'a.yaml:2:18: ',
    ],
    [
      'guests of nothing',
      `policies:\n  all: { guests: {} }\n${callers}`,
      'a.yaml:2:18: policies.all.guests: guests name pools, tags or both',
    ],
    ['nobody', 'policies: { all: {} }', 'a.yaml:1:1: neither callers nor tokens'],
    [
      'keys by http',
      `policies: { all: {} }\ntokens:\n  issuer: a\n  audience: b\n  keys: http://a/keys\n  policies: [{ policy: all }]`,
      'a.yaml:5:9: tokens.keys: the keys of an issuer are read by https: only',
    ],
    [
      'a shared secret',
      `policies: { all: {} }\ntokens:\n  issuer: a\n  audience: b\n  keys: https://a/keys\n  algorithms: [HS256]\n  policies: [{ policy: all }]`,
      'a.yaml:6:16: tokens.algorithms.0: ',
    ],
    [
      'half a rule',
      `policies: { all: {} }\ntokens:\n  issuer: a\n  audience: b\n  keys: https://a/keys\n  policies: [{ claim: groups, policy: all }]`,
      'a.yaml:6:14: tokens.policies.0: claim and has go together',
    ],
  ])('%s', (_, text, message) => {
    expect(() => readAccess(text, 'a.yaml')).toThrow(ConfigurationError)
    expect(() => readAccess(text, 'a.yaml')).toThrow(message)
  })

  test('a key in place of its hash is not repeated', () => {
    const text = `policies: { all: {} }\ncallers: [{ name: ci, key: my-secret-key, policy: all }]`
    expect(() => readAccess(text, 'a.yaml')).toThrow(
      "a.yaml:2:28: callers.0.key: a key is kept as 'sha256:'",
    )
    expect(() => readAccess(text, 'a.yaml')).not.toThrow('my-secret-key')
  })
})
