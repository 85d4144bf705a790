import { expect, test } from 'vitest'
import { hashPassword, hashPasswordSync, verifyPassword } from './password.js'

test('password: accepts the one that was hashed and no other', async () => {
  const hash = await hashPassword('geheim')
  expect(hash).toMatch(/^scrypt\$4096\$[^$]+\$[^$]+$/)
  expect(await verifyPassword('geheim', hash)).toBe(true)
  expect(await verifyPassword('Geheim', hash)).toBe(false)
})

test('password: a hash made at once verifies like any other', async () => {
  const hash = hashPasswordSync('proxkit')
  expect(await verifyPassword('proxkit', hash)).toBe(true)
  expect(await verifyPassword('', hash)).toBe(false)
})

test('password: hashes of the product are understood', async () => {
  const hash = '$5$saltstring$5B8vYYiY.CVt1RlTTf8KbXBH3hsxY/GNooZaBBGWEc5'
  expect(await verifyPassword('Hello world!', hash)).toBe(true)
  expect(await verifyPassword('Hello World!', hash)).toBe(false)
})

test('password: a hash of an unknown kind fits no password', async () => {
  expect(await verifyPassword('x', '$y$j9T$salt$hash')).toBe(false)
  expect(await verifyPassword('x', '$5$cut')).toBe(false)
  expect(await verifyPassword('', '')).toBe(false)
})

test('password: two hashes of the same password differ', () => {
  expect(hashPasswordSync('x')).not.toBe(hashPasswordSync('x'))
})
