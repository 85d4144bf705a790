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

test.each([
  ['of its own kind', await hashPassword('x')],
  ['of the product', '$5$saltstring$5B8vYYiY.CVt1RlTTf8KbXBH3hsxY/GNooZaBBGWEc5'],
])('password: while a hash %s is compared, other things go on', async (_, hash) => {
  await verifyPassword('x', hash)
  let turns = 0
  const counting = new AbortController()
  const count = (): void => {
    turns += 1
    if (!counting.signal.aborted) setImmediate(count)
  }
  count()
  await verifyPassword('x', hash)
  counting.abort()
  expect(turns).toBeGreaterThan(20)
})

test('password: a hash of an unknown kind fits no password', async () => {
  expect(await verifyPassword('x', '$y$j9T$salt$hash')).toBe(false)
  expect(await verifyPassword('x', '$5$cut')).toBe(false)
  expect(await verifyPassword('', '')).toBe(false)
})

test('password: two hashes of the same password differ', () => {
  expect(hashPasswordSync('x')).not.toBe(hashPasswordSync('x'))
})
