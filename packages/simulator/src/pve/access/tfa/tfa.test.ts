import { Secret, TOTP } from 'otpauth'
import { beforeEach, describe, expect, test } from 'vitest'
import { callAs, type ApiCaller } from '../../../../test/api-caller.js'
import { createSimulator, type Simulator } from '../../../create-simulator.js'
import { manualClock, type ManualClock } from '../../../engine/clock.js'

const secret = 'JBSWY3DPEHPK3PXP'
const uri = `otpauth://totp/Lab:joe@pve?secret=${secret}`
const uuid = /^[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12}$/

let clock: ManualClock
let simulator: Simulator
let root: ApiCaller
let joe: ApiCaller

beforeEach(() => {
  clock = manualClock({ start: Date.UTC(2026, 0, 1) })
  simulator = createSimulator({
    clock,
    seed: {
      nodes: { pve1: {} },
      users: {
        'joe@pve': { password: 'joes-password', tokens: { ci: { secret: uuidOfNobody } } },
        'boss@pve': { password: 'boss-password' },
        'ann@pve': { recovery: ['a-b'] },
      },
      groups: { crew: { members: ['joe@pve'] } },
      acl: [{ path: '/access/groups/crew', user: 'boss@pve', role: 'PVEUserAdmin' }],
    },
  })
  root = callAs(simulator)
  joe = callAs(simulator, 'joe@pve')
})

const uuidOfNobody = '11111111-1111-4111-8111-111111111111'

/** The six digits of this very moment. */
function value(): string {
  return TOTP.generate({ secret: Secret.fromBase32(secret), timestamp: clock.now() })
}

async function add(params: Record<string, string>): Promise<string> {
  const data = await root('POST /access/tfa/joe@pve', params)
  if (typeof data === 'object' && data !== null && 'id' in data) return String(data.id)
  throw new Error(`nothing was added: ${JSON.stringify(data)}`)
}

function file(path: string): string {
  return simulator.snapshot().config[path] ?? ''
}

function lineOf(user: string): string {
  return (
    file('user.cfg')
      .split('\n')
      .find((line) => line.startsWith(`user:${user}:`)) ?? ''
  )
}

describe('adding a second factor', () => {
  test('a TOTP secret is kept as the product writes it, and the user is marked', async () => {
    const id = await add({ type: 'totp', description: 'phone', totp: uri, value: value() })
    expect(id).toMatch(uuid)
    const { users } = JSON.parse(file('priv/tfa.cfg'))
    expect(JSON.stringify(users['joe@pve'])).toBe(
      `{"totp":[{"id":"${id}","description":"phone","created":1767225600,"entry":"otpauth://totp/Lab:joe%40pve?secret=${secret}&digits=6&algorithm=SHA1&period=30&issuer=Lab"}]}`,
    )
    expect(lineOf('joe@pve')).toBe('user:joe@pve:1:0:::::x:')
  })

  test('the value that a login took is kept with the secret', async () => {
    await add({ type: 'totp', description: 'phone', totp: uri, value: value() })
    const login = { username: 'joe@pve', password: 'joes-password', otp: `totp:${value()}` }
    await root('POST /access/ticket', login)
    expect(file('priv/tfa.cfg')).toContain(
      '"entry":{"totp":"otpauth://totp/Lab:joe%40pve?secret=JBSWY3DPEHPK3PXP&digits=6&algorithm=SHA1&period=30&issuer=Lab","last-count":58907520}',
    )
  })

  test('recovery keys are shown once and kept as hashes', async () => {
    const data = await root('POST /access/tfa/joe@pve', { type: 'recovery' })
    const key = expect.stringMatching(/^[\da-f]{4}(-[\da-f]{4}){3}$/)
    expect(data).toEqual({ id: 'recovery', recovery: Array.from({ length: 10 }, () => key) })
    const { recovery } = JSON.parse(file('priv/tfa.cfg')).users['joe@pve']
    expect(recovery).toEqual({
      secret: expect.stringMatching(/^[\da-f]{16}$/),
      entries: Array.from({ length: 10 }, () => expect.stringMatching(/^[\da-f]{64}$/)),
      created: 1_767_225_600,
    })
    expect(await root('POST /access/tfa/joe@pve', { type: 'recovery' })).toBe(
      '500 user already has recovery keys',
    )
  })

  const totp = { type: 'totp', description: 'phone' }
  test.each([
    [{ type: 'totp' }, "'description' is required for new entries"],
    [totp, "'totp' type requires both 'totp' and 'value' parameters"],
    [{ ...totp, totp: 'x', value: '1' }, 'not an otpauth uri'],
    [{ ...totp, totp: uri, value: '000000' }, 'failed to verify TOTP challenge'],
    [{ ...totp, challenge: 'x' }, "'challenge' parameter is invalid for 'totp' entries"],
    [
      { type: 'recovery', value: 'x' },
      'generating recovery tokens does not allow additional parameters',
    ],
    [{ type: 'webauthn', totp: uri }, "'totp' parameter is invalid for 'webauthn' entries"],
    [{ type: 'webauthn', description: 'x' }, 'no webauthn configuration available'],
    [{ type: 'u2f', description: 'x' }, 'no u2f configuration available'],
    [{ type: 'yubico' }, 'no yubico otp configuration available for realm pve'],
  ])('%o is refused', async (params, text) => {
    expect(await root('POST /access/tfa/joe@pve', params)).toBe(`500 ${text}`)
    expect(await root('GET /access/tfa/joe@pve')).toEqual([])
  })

  test('a Yubico password needs a server, which no simulated node reaches', async () => {
    const yubico = (otp?: string): Promise<unknown> =>
      root('POST /access/tfa/joe@pve', {
        type: 'yubico',
        description: 'key',
        ...(otp !== undefined && { value: otp }),
      })
    await root('PUT /access/domains/pve', { tfa: 'type=oath' })
    expect(await yubico()).toBe('500 realm is not setup for Yubico OTP')
    await root('PUT /access/domains/pve', { tfa: 'type=yubico' })
    expect(await yubico()).toBe('500 yubico: missing password')
    expect(await yubico('c')).toBe('500 yubico: missing API ID')
    await root('PUT /access/domains/pve', { tfa: 'type=yubico,id=1,key=abc' })
    expect(await yubico('c')).toBe('500 yubico: wrong OTP length')
    expect(await yubico('c'.repeat(44))).toBe(
      "500 Invalid response from server: 500 Can't connect to api2.yubico.com:443 (Temporary failure in name resolution)",
    )
  })

  test('keys that old versions kept with the user move over', async () => {
    await root('PUT /access/domains/pve', { tfa: 'type=oath,digits=8' })
    await root('PUT /access/users/joe@pve', { keys: secret })
    await root('POST /access/tfa/joe@pve', { type: 'recovery' })
    expect(await root('GET /access/tfa/joe@pve')).toMatchObject([
      { type: 'recovery' },
      { type: 'totp', description: '<old userconfig key 0>' },
    ])
    expect(file('priv/tfa.cfg')).toContain(
      'Old%20key%20for%20joe%40pve?secret=JBSWY3DPEHPK3PXP&digits=8',
    )
    expect(lineOf('joe@pve')).toBe('user:joe@pve:1:0:::::x:')
  })
})

/** The challenge that a new security key gets. */
async function begin(type: string): Promise<string> {
  const data = await root('POST /access/tfa/joe@pve', { type, description: 'key' })
  expect(data).toEqual({ id: null, challenge: expect.any(String) })
  return typeof data === 'object' && data !== null && 'challenge' in data
    ? String(data.challenge)
    : ''
}

describe('a security key', () => {
  const rp = 'id=lab.test,rp=Lab,origin=https://lab.test:8006'

  test('gets a challenge, but what it signs is not believed unseen', async () => {
    await root('PUT /cluster/options', { webauthn: rp })
    const { publicKey } = JSON.parse(await begin('webauthn'))
    expect(publicKey).toMatchObject({
      rp: { name: 'Lab', id: 'lab.test' },
      user: { name: 'joe@pve', displayName: 'joe@pve' },
      challenge: expect.stringMatching(/^[\w-]{43}$/),
    })
    const finish = { type: 'webauthn', challenge: String(publicKey.challenge) }
    const path = 'POST /access/tfa/joe@pve'
    expect(await root(path, finish)).toBe(
      "500 missing 'value' parameter (webauthn challenge response missing)",
    )
    expect(await root(path, { ...finish, value: '{}' })).toBe(
      '500 cannot register a webauthn key: what it signs cannot be verified here, use totp or recovery',
    )
    expect(await root(path, { ...finish, challenge: 'x', value: '{}' })).toBe(
      '500 no such challenge',
    )
    await clock.advance(121_000)
    expect(await root(path, { ...finish, value: '{}' })).toBe('500 no such challenge')
    expect(await root('GET /access/tfa')).toContainEqual({ userid: 'joe@pve', entries: [] })
  })

  test('of the old kind too', async () => {
    await root('PUT /cluster/options', { u2f: 'appid=https://lab.test' })
    const challenge = await begin('u2f')
    expect(JSON.parse(challenge)).toEqual({
      challenge: expect.any(String),
      version: 'U2F_V2',
      appId: 'https://lab.test',
    })
    expect(await root('POST /access/tfa/joe@pve', { type: 'u2f', challenge, value: '{}' })).toBe(
      '500 cannot register a u2f key: what it signs cannot be verified here, use totp or recovery',
    )
  })

  test('that came with a file is listed, asked for and kept as it was', async () => {
    const text =
      '{"users":{"joe@pve":{"webauthn":[{"id":"w","description":"key","created":1,"enable":false,"entry":{"cred_id":"abc","cred":{},"counter":0}}],"yubico":[{"id":"y","created":2,"entry":"cccccccccccc"}]}}}'
    const snapshot = simulator.snapshot()
    simulator.restore({ ...snapshot, config: { ...snapshot.config, 'priv/tfa.cfg': text } })
    await root('PUT /cluster/options', { webauthn: rp })
    expect(await root('GET /access/tfa/joe@pve')).toEqual([
      { id: 'w', type: 'webauthn', description: 'key', created: 1, enable: 0 },
      { id: 'y', type: 'yubico', created: 2 },
    ])
    await root('PUT /access/tfa/joe@pve/w', { description: '' })
    expect(file('priv/tfa.cfg')).toBe(text.replace('"description":"key",', ''))
    await root('PUT /access/tfa/joe@pve/w', { enable: 1 })
    const login = { username: 'joe@pve', password: 'joes-password' }
    expect(await root('POST /access/ticket', login)).toMatchObject({
      NeedTFA: 1,
      ticket: expect.stringMatching(
        /!tfa!\{"webauthn"%3A\{"publicKey"%3A\{.*"rpId"%3A"lab.test","allowCredentials"%3A\[\{"type"%3A"public-key","id"%3A"abc"\}\].*"yubico"%3Atrue\}/,
      ),
    })
  })
})

describe('the entries of a user', () => {
  test('are listed, read, changed and deleted, recovery keys first', async () => {
    const id = await add({ type: 'totp', description: 'phone', totp: uri, value: value() })
    await root('POST /access/tfa/joe@pve', { type: 'recovery' })
    const recovery = { id: 'recovery', type: 'recovery', created: 1_767_225_600 }
    const phone = { id, type: 'totp', description: 'phone', created: 1_767_225_600 }
    expect(await root('GET /access/tfa/joe@pve')).toEqual([recovery, phone])
    expect(await root(`GET /access/tfa/joe@pve/${id}`)).toEqual(phone)

    const change = { description: 'old phone', enable: 0 }
    expect(await root(`PUT /access/tfa/joe@pve/${id}`, change)).toBeNull()
    expect(await root(`GET /access/tfa/joe@pve/${id}`)).toEqual({ ...phone, ...change })
    expect(await root('PUT /access/tfa/joe@pve/recovery', change)).toBe('500 no such entry')

    expect(await root(`DELETE /access/tfa/joe@pve/${id}`)).toBeNull()
    expect(lineOf('joe@pve')).toBe('user:joe@pve:1:0:::::x:')
    expect(await root(`GET /access/tfa/joe@pve/${id}`)).toBe(`404 No such tfa entry '${id}'`)
    expect(await root(`DELETE /access/tfa/joe@pve/${id}`)).toBe('500 no such entry')
    await root('DELETE /access/tfa/joe@pve/recovery')
    expect(lineOf('joe@pve')).toBe('user:joe@pve:1:0::::::')
    expect(await root('GET /access/tfa')).toMatchObject([{ userid: 'ann@pve' }])
  })

  test('go with their user', async () => {
    await root('DELETE /access/users/ann@pve')
    expect(file('priv/tfa.cfg')).toBe('{}')
  })

  test('are shown to their owner and to who looks after his group', async () => {
    await root('POST /access/tfa/joe@pve', { type: 'recovery' })
    const own = [{ userid: 'joe@pve', entries: [expect.objectContaining({ id: 'recovery' })] }]
    expect(await joe('GET /access/tfa')).toEqual(own)
    expect(await callAs(simulator, 'boss@pve')('GET /access/tfa')).toEqual(own)
    expect(await callAs(simulator, 'joe@pve!ci')('GET /access/tfa')).toEqual([])
    expect(await joe('GET /access/tfa/ann@pve')).toMatch(/^403 /)
  })

  test('are changed with the password of who changes them', async () => {
    const boss = callAs(simulator, 'boss@pve')
    const path = 'POST /access/tfa/joe@pve'
    expect(await joe(path, { type: 'recovery' })).toEqual({
      status: 400,
      errors: { password: 'password is required to modify user' },
    })
    expect(await joe(path, { type: 'recovery', password: 'wrong' })).toMatch(/^500 /)
    expect(await boss(path, { type: 'recovery', password: 'joes-password' })).toMatch(/^500 /)
    const password = 'boss-password'
    expect(await boss(path, { type: 'recovery', password })).toMatchObject({ id: 'recovery' })
    expect(await joe('DELETE /access/tfa/joe@pve/recovery')).toMatchObject({ status: 400 })
    expect(await joe('PUT /access/tfa/joe@pve/x', { enable: 0 })).toMatchObject({ status: 400 })
    const token = callAs(simulator, 'joe@pve!ci')
    expect(await token(path, { type: 'recovery', password })).toMatch(/^403 /)
  })
})

test('GET /access/users/{userid}/tfa: tells the kinds of the realm and of the user', async () => {
  const path = 'GET /access/users/joe@pve/tfa'
  expect(await root(path)).toEqual({})
  expect(await root(path, { multiple: 1 })).toEqual({ user: [] })
  await add({ type: 'totp', description: 'phone', totp: uri, value: value() })
  await root('PUT /access/domains/pve', { tfa: 'type=oath' })
  expect(await root(path)).toEqual({ realm: 'oath', user: 'oath' })
  expect(await root(path, { multiple: 1 })).toEqual({ realm: 'oath', user: ['totp'] })
  expect(await root('GET /access/users/ann@pve/tfa')).toEqual({
    realm: 'oath',
    user: 'incompatible',
  })
  expect(await root('GET /access/users/ann@pve/tfa', { multiple: 1 })).toBe(
    '500 Not an ARRAY reference at /usr/share/perl5/PVE/API2/User.pm line 640.',
  )
})

test('priv/tfa.cfg: a file that is no JSON stops every login, as a node does', async () => {
  const snapshot = simulator.snapshot()
  simulator.restore({ ...snapshot, config: { ...snapshot.config, 'priv/tfa.cfg': 'x' } })
  expect(await root('GET /access/tfa')).toBe(
    '500 failed to parse TFA file, neither old style nor valid json',
  )
  const login = { username: 'joe@pve', password: 'joes-password' }
  expect(await root('POST /access/ticket', login)).toBe('401 authentication failure')
})
