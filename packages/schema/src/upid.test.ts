import { describe, expect, test } from 'vitest'
import { decodeUpid, encodeUpid, UpidError } from './upid.js'

const PVE = {
  node: 'pve1',
  pid: 0x12_34,
  pstart: 0x56_78,
  starttime: 0x6b_00_de_fc,
  type: 'qmstart',
  id: '100',
  user: 'root@pam',
}
const PBS = { ...PVE, node: 'pbs', taskId: 9, type: 'backup', id: 'store:vm/100' }

describe('UPID: decode and encode', () => {
  test.each([
    ['UPID:pve1:00001234:00005678:6B00DEFC:qmstart:100:root@pam:', PVE],
    [
      'UPID:pve1:00001234:00005678:6B00DEFC:qmstart::a@pve!tok:',
      { ...PVE, id: '', user: 'a@pve!tok' },
    ],
    [
      'UPID:pve1:00001234:123456789:6B00DEFC:qmstart:100:root@pam:',
      { ...PVE, pstart: 0x1_23_45_67_89 },
    ],
    [
      String.raw`UPID:pbs:00001234:00005678:00000009:6B00DEFC:backup:store\x3avm-100:root@pam:`,
      PBS,
    ],
    [
      String.raw`UPID:pbs:00001234:00005678:00000009:6B00DEFC:backup:\x2ea\x2d\xc3\xa4:root@pam:`,
      { ...PBS, id: '.a-ä' },
    ],
    [
      'UPID:pbs:00001234:00005678:1000000000:6B00DEFC:backup::root@pam:',
      { ...PBS, taskId: 0x10_00_00_00_00, id: '' },
    ],
  ])('%s', (text, fields) => {
    expect(decodeUpid(text)).toStrictEqual(fields)
    expect(encodeUpid(fields)).toBe(text)
  })

  test('accepts lower case and a final newline', () => {
    expect(decodeUpid('UPID:pve1:0000abcd:00005678:6b00defc:vzdump::a@pve:\n').pid).toBe(0xab_cd)
  })

  test.each([
    '',
    'x',
    'UPID:pve1:00001234:00005678:6B00DEFC:qmstart:100:root@pam',
    'upid:pve1:00001234:00005678:6B00DEFC:qmstart:100:root@pam:',
    'UPID:pve_1:00001234:00005678:6B00DEFC:qmstart:100:root@pam:',
    'UPID:pve1:1234:00005678:6B00DEFC:qmstart:100:root@pam:',
    'UPID:pve1:000012345:00005678:6B00DEFC:qmstart:100:root@pam:',
    'UPID:pve1:00001234:00005678:6B00DEFC::100:root@pam:',
    'UPID:pve1:00001234:00005678:6B00DEFC:qmstart:a/b:root@pam:',
    'UPID:pve1:00001234:00005678:6B00DEFC:qmstart:100:root@pam:comment',
    'UPID:pve1:-0001234:00005678:6B00DEFC:qmstart:100:root@pam:',
    String.raw`UPID:pbs:00001234:00005678:00000009:6B00DEFC:backup:a\b:root@pam:`,
    String.raw`UPID:pbs:00001234:00005678:00000009:6B00DEFC:backup:\xff:root@pam:`,
  ])('refuses %j', (text) => {
    expect(() => decodeUpid(text)).toThrow(UpidError)
  })

  test('the error tells the text and the form', () => {
    expect(() => decodeUpid('abc')).toThrow(
      'cannot decode the UPID "abc": it has to be UPID:<node>:<pid>:<pstart>:[<task id>:]<start time>:<type>:<id>:<user>:',
    )
  })

  test.each([
    ['a colon', { ...PVE, id: 'a:b' }],
    ['a slash', { ...PVE, id: 'a/b' }],
    ['a blank', { ...PVE, type: 'a b' }],
    ['a negative number', { ...PVE, pid: -1 }],
    ['a fraction', { ...PVE, pstart: 1.5 }],
    ['too large a number', { ...PVE, starttime: 2 ** 33 }],
  ])('encode: refuses %s', (_, fields) => {
    expect(() => encodeUpid(fields)).toThrow(UpidError)
  })
})
