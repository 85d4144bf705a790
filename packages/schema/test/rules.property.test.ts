import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import {
  checkFormat,
  decodeUpid,
  encodeUpid,
  formatPropertyString,
  namedShape,
  parsePropertyString,
  PropertyStringError,
  type Schema,
  SchemaError,
  UpidError,
  validate,
  verifyParameters,
} from '../src/index.js'
import { SCALAR_FORMATS } from '../src/formats/registry.js'

const FORMATS = [...SCALAR_FORMATS.keys(), 'bwlimit', 'prune-backups', 'pve-qm-ide', 'nope']
const ODD_CHARACTERS = Array.from('aZ09.:-/=,;+!@ \n\0ä\u0663')
const text = fc.oneof(
  fc.string({ unit: 'binary' }),
  fc.string({ unit: fc.constantFrom(...ODD_CHARACTERS) }),
)

/** Runs a rule that may only fail in its own way. */
function failsOnlyWith(error: new (...args: never[]) => Error, run: () => unknown): boolean {
  try {
    run()
    return true
  } catch (thrown) {
    return thrown instanceof error
  }
}

describe('rules: on any input', () => {
  test('formats answer with nothing or a text', () => {
    fc.assert(
      fc.property(
        fc.constantFrom(...FORMATS),
        fc.constantFrom('', '-list', '-opt'),
        text,
        (format, suffix, value) => {
          const message = checkFormat(format + suffix, value)
          return message === undefined || message.endsWith('\n')
        },
      ),
      { numRuns: 5000 },
    )
  })

  const limits = {
    type: fc.constantFrom('string', 'integer', 'number', 'boolean', 'array', 'object', 'any'),
    optional: fc.boolean(),
    minimum: fc.double(),
    maxLength: fc.nat(10),
    enum: fc.array(fc.string()),
    format: fc.constantFrom(...FORMATS),
    requires: fc.constantFrom('a', 'b'),
    alias: fc.constantFrom('a', '0'),
    instanceTypes: fc.array(fc.string()),
    instanceType: fc.string(),
  } as const
  const leaf = fc.record(limits, { requiredKeys: [] })
  const { schema } = fc.letrec<{ schema: Schema }>((tie) => {
    const parts = fc.array(tie('schema'), { maxLength: 2 })
    const tree = fc.record(
      {
        ...limits,
        properties: fc.dictionary(fc.constantFrom('a', 'b', '0', 'type'), tie('schema')),
        additionalProperties: fc.oneof(fc.boolean(), tie('schema')),
        items: tie('schema'),
        typeProperty: fc.constant('type'),
        typeSchema: tie('schema'),
        oneOf: parts,
        allOf: parts,
      },
      { requiredKeys: [] },
    )
    return { schema: fc.oneof({ maxDepth: 3 }, leaf, tree) }
  })

  test('verification answers, or blames the schema', () => {
    fc.assert(
      fc.property(schema, fc.dictionary(fc.string(), fc.jsonValue()), (rules, params) =>
        failsOnlyWith(SchemaError, () => verifyParameters(rules, params)),
      ),
    )
    fc.assert(
      fc.property(schema, fc.anything(), (rules, value) =>
        failsOnlyWith(SchemaError, () => validate(rules, value)),
      ),
    )
  })

  test('what was verified is text throughout and is verified again', () => {
    const rules: Schema = { properties: {}, additionalProperties: {} }
    fc.assert(
      fc.property(fc.dictionary(fc.string(), fc.jsonValue()), (params) => {
        const first = verifyParameters(rules, params)
        if (!first.ok) return true
        expect(verifyParameters(rules, first.params)).toEqual(first)
        return true
      }),
    )
  })

  test('property strings fail with an error of their own', () => {
    fc.assert(
      fc.property(
        fc.constantFrom('pve-qm-ide', 'pve-lxc-network', 'bwlimit'),
        text,
        (format, value) =>
          failsOnlyWith(PropertyStringError, () => parsePropertyString(format, value)),
      ),
    )
  })

  test('UPIDs fail with an error of their own', () => {
    fc.assert(
      fc.property(text, (value) => failsOnlyWith(UpidError, () => decodeUpid(`UPID:${value}`))),
    )
  })
})

describe('rules: there and back', () => {
  const word = fc.stringMatching(/^[a-z][a-z0-9._/]{0,8}$/)

  test('property strings', () => {
    const drive = fc.record(
      {
        file: fc.constantFrom('none', 'cdrom', 'local:iso/a.iso', '/dev/sda'),
        cache: fc.constantFrom('none', 'writeback'),
        backup: fc.constantFrom('0', '1'),
        iops: fc.nat().map(String),
        mbps_rd: fc.nat().map(String),
        serial: fc.stringMatching(/^[a-z0-9]{1,20}$/),
      },
      { requiredKeys: ['file'] },
    )
    fc.assert(
      fc.property(drive, (values) => {
        const written = formatPropertyString('pve-qm-ide', values)
        expect(parsePropertyString('pve-qm-ide', written)).toEqual(values)
        expect(formatPropertyString(namedShape('pve-qm-ide') ?? {}, values)).toBe(written)
      }),
    )
  })

  test('UPIDs', () => {
    const upid = fc.record(
      {
        node: fc.stringMatching(/^[a-z0-9](?:[a-z0-9-]{0,8}[a-z0-9])?$/),
        pid: fc.nat(0xff_ff_ff_ff),
        pstart: fc.nat(0xf_ff_ff_ff_ff),
        taskId: fc.nat(),
        starttime: fc.nat(0xff_ff_ff_ff),
        type: fc.stringMatching(/^[a-z-]{1,10}$/),
        id: word,
        user: fc.stringMatching(/^[a-z]{1,5}@pam(?:![a-z]{2,5})?$/),
      },
      { requiredKeys: ['node', 'pid', 'pstart', 'starttime', 'type', 'id', 'user'] },
    )
    fc.assert(
      fc.property(upid, (fields) => {
        const plain =
          fields.taskId === undefined ? { ...fields, id: fields.id.replaceAll('/', '') } : fields
        expect(decodeUpid(encodeUpid(plain))).toEqual(plain)
      }),
    )
  })
})
