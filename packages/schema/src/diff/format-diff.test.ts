import { expect, test } from 'vitest'
import { createDefinition, type Definition, type Method } from '../index.js'
import { diffDefinitions } from './diff-definitions.js'
import { formatDiff } from './format-diff.js'

function define(version: string, methods: readonly Partial<Method>[]): Definition {
  return createDefinition(
    { product: 'pve', version },
    methods.map((given) => ({ verb: 'GET', path: '/', parameters: {}, returns: {}, ...given })),
  )
}

const diff = diffDefinitions(
  define('8.4', [
    {
      path: '/a',
      parameters: {
        properties: {
          kind: { type: 'string', enum: ['x', 'y'] },
          size: { type: 'integer', maximum: 5 },
          'old_*': { type: 'string' },
        },
        additionalProperties: false,
      },
    },
    { path: '/gone' },
    { path: '/told', wording: '00000000' },
  ]),
  define('9.2', [
    {
      path: '/a',
      parameters: {
        properties: {
          kind: { type: 'string', enum: ['y', 'z'] },
          size: { type: 'integer', maximum: 7, default: 3 },
        },
        additionalProperties: false,
      },
      permissions: { user: 'all' },
    },
    { path: '/new', verb: 'POST' },
    { path: '/told', wording: '11111111' },
  ]),
)

test('formatDiff: writes text with a mark for what can break', () => {
  expect(formatDiff(diff))
    .toBe(`Proxmox VE 8.4 to 9.2: 1 operation added, 1 removed, 2 changed, of which 1 in facts; 1 of these can break a caller

Removed
  GET /gone

Changed
! GET /a
!     parameter kind: enum +z -x
      parameter size: default 3 added
      parameter size: maximum 5 → 7
!     parameter old_*: removed
      permissions: root@pam → any login

Added
  POST /new

Changed in the vendor's words only
  GET /told
`)
})

test('formatDiff: writes Markdown', () => {
  expect(formatDiff(diff, { style: 'markdown' }))
    .toBe(`# Proxmox VE 8.4 to 9.2: 1 operation added, 1 removed, 2 changed, of which 1 in facts; 1 of these can break a caller

## Removed

- \`GET /gone\`

## Changed

- \`GET /a\` **!**
  - parameter kind: enum +z -x **!**
  - parameter size: default 3 added
  - parameter size: maximum 5 → 7
  - parameter old\\_\\*: removed **!**
  - permissions: root@pam → any login

## Added

- \`POST /new\`

## Changed in the vendor's words only

- \`GET /told\`
`)
})

test('formatDiff: says little where nothing differs', () => {
  const definition = define('9.2', [])
  expect(formatDiff(diffDefinitions(definition, definition))).toBe(
    'Proxmox VE 9.2 to 9.2: nothing differs\n',
  )
})

test('formatDiff: leaves out what cannot break when asked to, and counts it all the same', () => {
  expect(formatDiff(diff, { breakingOnly: true }))
    .toBe(`Proxmox VE 8.4 to 9.2: 1 operation added, 1 removed, 2 changed, of which 1 in facts; 1 of these can break a caller

Removed
  GET /gone

Changed
! GET /a
!     parameter kind: enum +z -x
!     parameter old_*: removed
`)
})
