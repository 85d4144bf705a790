import { describe, expect, test } from 'vitest'
import { decodeUpid, encodeUpid, type Upid, UpidError } from '../../src/upid.js'
import { type Answer, answersOrNone, isAbsent, record } from './answers.js'

const ANSWERS = answersOrNone('formats.json')

function upidOf(task: unknown): Upid {
  const { node, pid, pstart, starttime, type, id, user } = record(task)
  return {
    node: String(node),
    type: String(type),
    id: String(id),
    user: String(user),
    pid: Number(pid),
    pstart: Number(pstart),
    starttime: Number(starttime),
  }
}

const isDecoding = ({ op }: Answer): boolean => op === 'upid_decode'
const isEncoding = ({ op }: Answer): boolean => op === 'upid_encode'

describe.skipIf(isAbsent('formats.json'))('UPID: answers as the original does', () => {
  test.each(ANSWERS.filter(isDecoding))('$id $upid', ({ upid, result }) => {
    const decode = (): Upid => decodeUpid(String(upid))
    if ('die' in record(result)) expect(decode).toThrow(UpidError)
    else expect(decode()).toEqual(result)
  })

  test.each(ANSWERS.filter(isEncoding))('$id', ({ task, result }) => {
    expect(encodeUpid(upidOf(task))).toBe(result)
  })
})
