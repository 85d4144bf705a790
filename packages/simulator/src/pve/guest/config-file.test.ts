import { expect, test } from 'vitest'
import {
  copyConfig,
  formatGuestConfig,
  parseGuestConfig,
  type GuestDialect,
} from './config-file.js'

const dialect: GuestDialect = {
  pendingHeader: 'PENDING',
  specialSections: ['cloudinit'],
  readOption: (name, value) => (name === 'nosuch' ? undefined : value),
}

const parse = (text: string) => parseGuestConfig(text, dialect)
const format = (text: string): string => formatGuestConfig(parse(text), dialect)

test('guest config: sections, description and options survive a round trip', () => {
  const text = [
    '#first line',
    '#',
    '#a%3A b',
    'boot: order=scsi0',
    'cores: 2',
    'parent: before',
    '',
    '[PENDING]',
    'cores: 4',
    'delete: net0,!scsi1',
    '',
    '[special:cloudinit]',
    'ciuser: old',
    '',
    '[before]',
    '#with a note',
    'cores: 1',
    'snaptime: 1760000000',
    '',
  ].join('\n')
  const config = parse(text)
  expect(config.main.get('description')).toBe('first line\n\na: b')
  expect(config.pending.get('delete')).toBe('net0,!scsi1')
  expect(config.special.get('cloudinit')?.get('ciuser')).toBe('old')
  expect(config.snapshots.get('before')?.get('description')).toBe('with a note')
  expect(formatGuestConfig(config, dialect)).toBe(text)
})

test('guest config: options are written sorted, whatever their order was', () => {
  expect(format('sockets: 1\nscsi10: b\nscsi1: a\ncores: 2\n')).toBe(
    'cores: 2\nscsi1: a\nscsi10: b\nsockets: 1\n',
  )
})

test('guest config: an empty value reads as one blank, as the grammar has it', () => {
  expect(parse('boot: \ntags:  \n').main).toEqual(
    new Map([
      ['boot', ' '],
      ['tags', ' '],
    ]),
  )
})

test('guest config: lines that mean nothing are dropped', () => {
  expect(format('cores: 2\nnosuch: 1\nCORES: 3\nnonsense\ndelete: cores\n')).toBe('cores: 2\n')
})

test('guest config: a section of an unknown kind is skipped with its lines', () => {
  expect(format('cores: 2\n\n[a b]\ncores: 3\n\n[ok]\ncores: 4\n')).toBe(
    'cores: 2\n\n[ok]\ncores: 4\n',
  )
})

test('guest config: an old description line joins the comment lines', () => {
  expect(parse('description: one%0Atwo\ncores: 1\n').main.get('description')).toBe('one\ntwo')
})

test('guest config: an emptied description is written only where it waits', () => {
  const config = parse('cores: 1\n')
  config.main.set('description', '')
  config.pending.set('description', '')
  expect(formatGuestConfig(config, dialect)).toBe('cores: 1\n\n[PENDING]\n#\n')
})

test('guest config: a copy can be changed without the original', () => {
  const config = parse('cores: 1\n\n[snap]\ncores: 1\n')
  const copy = copyConfig(config)
  copy.main.set('cores', '9')
  copy.snapshots.get('snap')?.set('cores', '9')
  expect(formatGuestConfig(config, dialect)).toBe('cores: 1\n\n[snap]\ncores: 1\n')
})
