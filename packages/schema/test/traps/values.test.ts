import {
  checkFormat,
  listDefinitions,
  loadDefinition,
  namedShape,
  type Schema,
  verifyParameters,
} from '@proxkit/schema'
import { describe, expect, test } from 'vitest'
import { compilePattern } from '../../src/perl/pattern.js'
import { count, methodOf, parameterOf, pbs, pdm, pmg, pve, schemasOf } from './definitions.js'

describe.each(listDefinitions())('the values of $product $version', (id) => {
  const schemas = schemasOf(loadDefinition(id))
  const unlike = (is: (schema: Schema) => boolean): Schema[] => schemas.filter(is)

  test('flags are booleans, in whichever of five spellings they were', () => {
    const given = schemas.flatMap(({ optional, additionalProperties }) => [
      optional,
      additionalProperties,
    ])
    const kinds = new Set(given.map((flag) => typeof flag))
    kinds.delete('object')
    expect(kinds).toEqual(new Set(['boolean', 'undefined']))
  })

  test('bounds are numbers', () => {
    const bounds = schemas.flatMap(({ minimum, maximum, minLength, maxLength }) => [
      minimum,
      maximum,
      minLength,
      maxLength,
    ])
    expect(bounds.filter((bound) => bound !== undefined && !Number.isFinite(bound))).toEqual([])
  })

  test('defaults have the type of their value, and prose is none', () => {
    const wrong = unlike(
      ({ type, default: preset }) =>
        preset !== undefined &&
        ((type === 'boolean' && typeof preset !== 'boolean') ||
          ((type === 'integer' || type === 'number') && typeof preset !== 'number') ||
          (type === 'string' && typeof preset !== 'string')),
    )
    expect(wrong).toEqual([])
  })

  test('patterns are of JavaScript, without the marks of Perl and Rust', () => {
    const patterns = new Map(
      schemas.flatMap(({ pattern, patternFlags }) =>
        pattern === undefined ? [] : [[pattern, patternFlags] as const],
      ),
    )
    const foreign = /\(\?\^|\(\?P<|\(\?>|\(\?[a-z]+\)|\[\[:/
    expect([...patterns.keys()].filter((pattern) => foreign.test(pattern))).toEqual([])
    for (const [pattern, flags] of patterns) compilePattern(`^${pattern}$`, flags)
  })

  test('each indexed parameter has its range, and no name ends in [n]', () => {
    const names = schemas.flatMap(({ properties = {} }) => Object.keys(properties))
    expect(names.filter((name) => name.includes('['))).toEqual([])
  })
})

describe('spellings', () => {
  test.each([
    ['POST /storage', 'mkdir', true],
    ['POST /storage', 'skip-cert-verification', false],
    ['POST /nodes/{node}/startall', 'force', false],
    ['POST /cluster/backup', 'enabled', true],
  ])('the word for a boolean: %s %s is %s unless it is given', (name, parameter, preset) => {
    expect(parameterOf(pve, name, parameter).default).toBe(preset)
  })

  test.each([
    ['POST /nodes/{node}/lxc', 'cpuunits'],
    ['POST /access/users/{userid}/token/{tokenid}', 'expire'],
    ['POST /storage', 'max-protected-backups'],
  ])('prose instead of a number: %s %s', (name, parameter) => {
    const schema = parameterOf(pve, name, parameter)
    expect(schema.dynamicDefault).toBe(true)
    expect(schema).not.toHaveProperty('default')
  })

  test('bounds and defaults as text', () => {
    const name = 'GET /nodes/{node}/qemu/{vmid}/agent/file-read'
    expect(parameterOf(pve, name, 'count')).toMatchObject({
      minimum: 1,
      maximum: 16_777_216,
      default: 16_777_216,
    })
    expect(parameterOf(pve, 'POST /nodes/{node}/lxc', 'bwlimit').minimum).toBe(0)
  })

  test('a flag as text', () => {
    expect(parameterOf(pve, 'POST /access/domains/{realm}/sync', 'full').optional).toBe(true)
  })

  test('an enumeration that is null allows everything', () => {
    const name = 'POST /nodes/{node}/storage/{storage}/download-url'
    expect(parameterOf(pve, name, 'compression')).toEqual({ type: 'string', optional: true })
  })
})

describe('property strings', () => {
  test.each([
    ['realm-sync-options', 'scope=users,full=1'],
    ['pve-tfa-config', 'type=oath,digits=6'],
    ['backup-fleecing', 'enabled=1,storage=local'],
    ['backup-performance', 'max-workers=4'],
    ['prune-backups', 'keep-last=3'],
    ['pve-startup-order', 'order=1,up=30'],
    ['proxmox-remote', 'host=pve2,apitoken=PVEAPIToken=a@pam!b=c'],
    ['pve-qemu-sev-fmt', 'type=snp'],
    ['pve-qm-boot', 'order=scsi0;net0'],
    ['pve-qm-cicustom', 'user=local:snippets/a.yaml'],
    ['pve-vm-cpu-conf', 'host,hidden=1'],
    ['pve-qm-hostpci', '0000:01:00.0,pcie=1'],
    ['pve-qemu-tdx-fmt', 'type=tdx,attestation=1'],
    ['pve-qm-ipconfig', 'ip=dhcp'],
    ['pve-qm-rng', 'source=/dev/urandom'],
    ['pve-qm-smbios1', 'serial=a'],
    ['pve-qm-watchdog', 'i6300esb,action=reset'],
  ])('the format %s hides one, whose keys are known', (format, text) => {
    expect(count(pve, (schema) => schema.format === format)).toBeGreaterThan(0)
    expect(Object.keys(namedShape(format)?.properties ?? {}).length).toBeGreaterThan(1)
    expect(checkFormat(format, text)).toBeUndefined()
    expect(checkFormat(format, 'no-such-key=1')).toBeDefined()
  })

  test('other names of keys, and the key that takes the name that was used', () => {
    expect(count(pve, ({ alias }) => alias !== undefined)).toBe(156)
    expect(count(pve, ({ keyAlias }) => keyAlias !== undefined)).toBe(56)
    expect(count(pve, ({ defaultKey }) => defaultKey !== undefined)).toBe(86)
    expect(count(pdm, ({ defaultKey }) => defaultKey !== undefined)).toBe(1181)
    const { parameters } = methodOf(pve, 'POST /nodes/{node}/qemu')
    const given = { node: 'pve1', vmid: '100' }
    for (const net0 of ['virtio=BC:24:11:00:00:01', 'virtio,macaddr=BC:24:11:00:00:01']) {
      expect(verifyParameters(parameters, { ...given, net0 })).toMatchObject({ ok: true })
    }
    const both = 'virtio=BC:24:11:00:00:01,macaddr=BC:24:11:00:00:02'
    expect(verifyParameters(parameters, { ...given, net0: both })).toMatchObject({ ok: false })
  })

  test('as a format, PBS and PDM nest a schema and have no names', () => {
    for (const definition of [pbs, pdm]) {
      expect(count(definition, ({ format }) => format !== undefined)).toBe(0)
    }
    expect(count(pbs, ({ propertyString }) => propertyString)).toBe(106)
    expect(count(pdm, ({ propertyString }) => propertyString)).toBe(1320)
    expect(count(pve, ({ propertyString }) => propertyString)).toBe(180)
    expect(count(pmg, ({ propertyString }) => propertyString)).toBe(6)
  })
})

test('patterns of PBS and PDM carry anchors, those of PVE and PMG do not: all are whole', () => {
  const fingerprint = parameterOf(pbs, 'POST /config/remote', 'fingerprint')
  expect(fingerprint.pattern).not.toMatch(/^\/|\^|\$$/)
  const parameters: Schema = { properties: { a: fingerprint } }
  const text = Array.from({ length: 32 }, () => 'ab').join(':')
  expect(verifyParameters(parameters, { a: text }).ok).toBe(true)
  expect(verifyParameters(parameters, { a: `${text}:ab` }).ok).toBe(false)
})

test('a control character in a negated class of POSIX is refused', () => {
  const comment = parameterOf(pbs, 'POST /config/remote', 'comment')
  const parameters: Schema = { properties: { a: comment } }
  expect(verifyParameters(parameters, { a: 'a: remote' }).ok).toBe(true)
  expect(verifyParameters(parameters, { a: 'a\u0007b' }).ok).toBe(false)
})
