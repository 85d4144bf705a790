import { loadDefinition } from '@proxkit/schema'
import { expect, test } from 'vitest'
import { handClock } from '../../test/hand-clock.js'
import { checkAnswers, type Mismatch } from './check-answers.js'

test('an answer that does not fit is reported by its places alone, once in a minute', () => {
  const clock = handClock()
  const reported: Mismatch[] = []
  const check = checkAnswers({ clock, report: (mismatch) => reported.push(mismatch) })
  const method = loadDefinition({ product: 'pve', version: '9.2' }).method('GET', '/nodes')
  if (!method) throw new TypeError('every version has GET /nodes')
  expect(check.isDue(method)).toBe(true)
  check.look(method, [{ node: 'pve1', status: 'asleep', cpu: 'fast' }])
  expect(check.isDue(method)).toBe(false)
  expect(reported).toEqual([{ operation: 'GET /nodes', places: ['[0].status', '[0].cpu'] }])
  clock.advance(60_000)
  expect(check.isDue(method)).toBe(true)
  check.look(method, [{ node: 'pve1', status: 'online' }])
  check.look(method, 'nothing')
  expect(reported.slice(1)).toEqual([{ operation: 'GET /nodes', places: ['_root'] }])
})
