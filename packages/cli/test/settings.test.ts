import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { settingsRows } from './settings-table.js'

test('the settings that the documentation lists are those that are read', () => {
  const text = readFileSync(new URL('../../../docs/gateway.md', import.meta.url), 'utf8')
  const table = text.slice(text.indexOf('| name '))
  const rows = table
    .split('\n')
    .slice(2)
    .filter((line) => line.startsWith('|'))
    .map((line) =>
      line
        .split(/(?<!\\)\|/)
        .slice(1, -1)
        .map((cell) => cell.trim()),
    )
  expect(rows).toEqual(settingsRows())
})
