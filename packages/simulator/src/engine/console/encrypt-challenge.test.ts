import { expect, test } from 'vitest'
import { encryptChallenge } from './encrypt-challenge.js'

test('encryptChallenge: DES by a key whose bytes are read backwards', () => {
  // The worked example of J. Orlin Grabbe, "The DES Algorithm Illustrated": key 133457799BBCDFF1.
  const password = Buffer.from('c82cea9ed93dfb8f', 'hex').toString('latin1')
  const block = Buffer.from('0123456789abcdef', 'hex')
  expect(encryptChallenge(password, Buffer.concat([block, block])).toString('hex')).toBe(
    '85e813540f0ab40585e813540f0ab405',
  )
})

test('encryptChallenge: takes eight characters of the password', () => {
  const challenge = Buffer.alloc(16, 7)
  expect(encryptChallenge('12345678', challenge)).toEqual(encryptChallenge('123456789', challenge))
  expect(encryptChallenge('short', challenge)).not.toEqual(encryptChallenge('short!', challenge))
})
