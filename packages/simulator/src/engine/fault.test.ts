import { describe, expect, test } from 'vitest'
import { failed, faultText, invalidParameters, permissionDenied } from './fault.js'

describe('faultText', () => {
  test.each([
    ['a plain failure', failed('no such file'), 'no such file'],
    [
      'a refusal',
      permissionDenied('/vms/100, VM.Audit'),
      '403 Permission check failed (/vms/100, VM.Audit)',
    ],
    [
      'parameters',
      invalidParameters({ a: 'x', b: 'y' }),
      '400 Parameter verification failed.\na: x\nb: y',
    ],
    ['an error that is no fault', new TypeError('oops'), 'oops'],
    ['anything else', 'thrown text', 'thrown text'],
  ])('%s', (_, error, text) => {
    expect(faultText(error)).toBe(text)
  })
})
