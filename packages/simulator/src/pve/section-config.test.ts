import { describe, expect, it } from 'vitest'
import {
  checkSection,
  formatSections,
  parseSections,
  requireDeletable,
  sectionData,
  type SectionFormat,
} from './section-config.js'

const shelf: SectionFormat = {
  types: {
    wood: {
      path: { fixed: true },
      width: {},
      comment: { optional: true },
      disable: { optional: true },
      board: { optional: true },
      strong: { optional: true },
      colour: { optional: true, fixed: true },
    },
    steel: { path: { fixed: true } },
  },
  kinds: { width: 'integer', strong: 'boolean', disable: 'boolean', board: 'array' },
  check(value, { key }) {
    if (key === 'colour' && value === 'wide') throw new Error(`there is no colour '${value}'`)
  },
}

const check = (options: Record<string, string>, update = false): unknown =>
  checkSection({ id: 'a', type: 'wood', options }, shelf, { update }).options

function remove(key: string, set: Record<string, string> = {}): void {
  requireDeletable([key], { rules: shelf.types.wood ?? {}, set })
}

const sections = (text: string): unknown[] => [...parseSections(text, shelf).sections.values()]

describe('parseSections', () => {
  it('reads sections with tab-indented options and flags', () => {
    expect(
      sections('wood: a\n\tpath /a b\n\twidth 007\n\tstrong\n\nsteel:b\n  path /b  \n'),
    ).toEqual([
      { id: 'a', type: 'wood', options: { path: '/a b', width: '7', strong: '1' } },
      { id: 'b', type: 'steel', options: { path: '/b' } },
    ])
  })

  it('collects the values of an array in order', () => {
    expect(sections('wood: a\n\tpath /a\n\twidth 1\n\tboard x=1\n\tboard y=2\n')).toEqual([
      {
        id: 'a',
        type: 'wood',
        options: { path: '/a', width: '1' },
        lists: { board: ['x=1', 'y=2'] },
      },
    ])
  })

  it('leaves out unknown types, unknown and invalid options, repeated keys and comments', () => {
    const text =
      '# a remark\nglass: g\n\tpath /g\n\nsteel: a\n\tpath /a\n\tpath /b\n # x\n\twidth 3\n'
    expect(sections(text)).toEqual([{ id: 'a', type: 'steel', options: { path: '/a' } }])
  })

  it('ends a section at a blank line', () => {
    expect(sections('steel: a\n\tpath /a\n\n\tpath /b\n')).toEqual([
      { id: 'a', type: 'steel', options: { path: '/a' } },
    ])
  })

  it('lets the last of two sections with one id win, at its own place', () => {
    const text = 'steel: a\n\tpath /1\n\nsteel: b\n\tpath /2\n\nsteel: a\n\tpath /3\n'
    expect(sections(text)).toEqual([
      { id: 'b', type: 'steel', options: { path: '/2' } },
      { id: 'a', type: 'steel', options: { path: '/3' } },
    ])
  })

  it('remembers a section that lacks a required option as broken', () => {
    const config = parseSections('wood: a\n\tpath /a\n\twidth wide\n', shelf)
    expect([...config.sections.keys()]).toEqual([])
    expect(config.broken).toEqual(['a'])
    expect(() => formatSections(config, shelf)).toThrow("unknown section type ''")
  })
})

describe('formatSections', () => {
  it('writes comment and disable first, then required, then optional options by name', () => {
    const options = {
      strong: '0',
      colour: 'red',
      disable: '1',
      width: '3',
      path: '/a',
      comment: 'my shelf',
    }
    const config = {
      sections: new Map([['a', { id: 'a', type: 'wood', options, lists: { board: ['x', 'y'] } }]]),
      broken: [],
    }
    expect(formatSections(config, shelf)).toBe(
      'wood: a\n\tcomment my shelf\n\tdisable\n\tpath /a\n\twidth 3\n' +
        '\tboard x\n\tboard y\n\tcolour red\n\tstrong 0\n\n',
    )
  })

  it('leaves out empty values and flags that are off', () => {
    const options = { path: '/a', width: '1', comment: '', disable: '0', colour: '' }
    const config = { sections: new Map([['a', { id: 'a', type: 'wood', options }]]), broken: [] }
    expect(formatSections(config, shelf)).toBe('wood: a\n\tpath /a\n\twidth 1\n\n')
  })
})

describe('checkSection', () => {
  it('wants every required option of a new section', () => {
    expect(() => check({ path: '/a' })).toThrow("missing value for required option 'width'")
  })

  it('refuses options of other types', () => {
    expect(() => check({ path: '/a', width: '1', server: 'x' })).toThrow(
      "unexpected property 'server'",
    )
  })

  it('refuses to change a fixed option and wants nothing else in an update', () => {
    expect(() => check({ colour: 'red' }, true)).toThrow(
      "can't change value of fixed parameter 'colour'",
    )
    expect(check({ strong: '1' }, true)).toEqual({ strong: '1' })
  })

  it('refuses values that break the schema or the line', () => {
    expect(() => check({ width: 'x' }, true)).toThrow("type check ('integer') failed - got 'x'")
    expect(() => check({ strong: 'yes' }, true)).toThrow(
      "type check ('boolean') failed - got 'yes'",
    )
    expect(() => check({ path: '/a', width: '1', colour: 'wide' })).toThrow(
      "there is no colour 'wide'",
    )
    expect(() => check({ comment: 'a\nb' }, true)).toThrow('property contains a line feed')
  })
})

describe('requireDeletable', () => {
  it('tells why an option stays', () => {
    expect(() => remove('foo')).toThrow("no such option 'foo'")
    expect(() => remove('path')).toThrow("unable to delete required option 'path'")
    expect(() => remove('colour')).toThrow("unable to delete fixed option 'colour'")
    expect(() => remove('strong', { strong: '1' })).toThrow(
      "cannot set and delete property 'strong' at the same time!",
    )
    expect(() => remove('comment')).not.toThrow()
  })
})

describe('sectionData', () => {
  it('hands out numbers and booleans as numbers', () => {
    const section = { id: 'a', type: 'wood', options: { path: '/1', width: '3', strong: '1' } }
    expect(sectionData(section, shelf)).toEqual({ type: 'wood', path: '/1', width: 3, strong: 1 })
  })
})
