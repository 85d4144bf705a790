import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { consoleLab, type ConsoleLab, type Viewer } from '../../../test/console-lab.js'
import { encryptChallenge } from '../../engine/console/encrypt-challenge.js'

let lab: ConsoleLab

beforeEach(async () => {
  lab = await consoleLab({
    guests: [
      { vmid: 100, node: 'pve1', running: true, config: { name: 'web' } },
      { vmid: 101, node: 'pve1', config: {} },
      { vmid: 102, node: 'pve1', running: true, config: { vga: 'serial0', serial0: 'socket' } },
      { vmid: 200, node: 'pve1', type: 'lxc', running: true, config: {} },
    ],
  })
})

afterEach(() => lab.simulator.close())

function openScreen(path = '/nodes/pve1/qemu/100/vncproxy'): Promise<Viewer> {
  return lab.connect(`POST ${path}`, { params: { websocket: 1 } })
}

/** Sends bytes and waits until so many have come in answer to them. */
async function say(viewer: Viewer, bytes: Buffer, length: number): Promise<Buffer> {
  const before = (await viewer.until(() => true)).length
  viewer.socket.send(bytes)
  const received = await viewer.until((all) => all.length >= before + length)
  return received.subarray(before)
}

/** RFC 6143, 7.1 to 7.3 */
async function enter(viewer: Viewer, password = viewer.password): Promise<Buffer> {
  const greeting = await viewer.until((received) => received.length >= 12)
  expect(greeting.toString()).toBe('RFB 003.008\n')
  expect(await say(viewer, Buffer.from('RFB 003.008\n'), 2)).toEqual(Buffer.of(1, 2))
  const challenge = await say(viewer, Buffer.of(2), 16)
  return say(viewer, encryptChallenge(password, challenge), 4)
}

async function begin(viewer: Viewer): Promise<Buffer> {
  expect(await enter(viewer)).toEqual(Buffer.alloc(4))
  const description = await say(viewer, Buffer.of(1), 24)
  return viewer
    .until((received) => received.length >= 12 + 2 + 16 + 4 + 24 + description.readUInt32BE(20))
    .then((received) => received.subarray(34))
}

const update = (isIncremental: 0 | 1): Buffer =>
  Buffer.of(3, isIncremental, 0, 0, 0, 0, 2, 208, 1, 144)
const rectangle = Buffer.of(0, 0, 0, 1, 0, 0, 0, 0, 2, 208, 1, 144, 0, 0, 0, 0)
const wholeScreen = rectangle.length + 720 * 400 * 4

describe('a screen', () => {
  it('goes with its guest', async () => {
    const viewer = await openScreen()
    await begin(viewer)
    await lab.root('POST /nodes/pve1/qemu/100/status/stop')
    await lab.clock.advance(10_000)
    await viewer.closed
    expect((await lab.ended(viewer.upid)).status).toBe('OK')
  })

  it.each([
    ['/nodes/pve1/qemu/100/vncproxy', 'QEMU (web)'],
    ['/nodes/pve1/qemu/102/vncproxy', 'VNC Command Terminal'],
    ['/nodes/pve1/lxc/200/vncproxy', 'VNC Command Terminal'],
    ['/nodes/pve1/vncshell', 'VNC Command Terminal'],
  ])('is described once the password was right: %s', async (path, title) => {
    const description = await begin(await openScreen(path))
    expect(description.subarray(0, 4)).toEqual(Buffer.of(2, 208, 1, 144))
    expect(description.subarray(4, 20).toString('hex')).toBe(
      '20180001 00ff00ff00ff 100800 000000'.replaceAll(' ', ''),
    )
    expect(description.subarray(24).toString()).toBe(title)
  })

  it('is drawn, and drawn again when a key was pressed', async () => {
    const viewer = await openScreen()
    await begin(viewer)
    const first = await say(viewer, update(0), wholeScreen)
    expect(first.subarray(0, 16)).toEqual(rectangle)
    expect(first.subarray(16, 20)).toEqual(Buffer.of(0, 112, 229, 0))
    viewer.socket.send(update(1))
    const second = await say(viewer, Buffer.of(4, 1, 0, 0, 0, 0, 0, 0x61), wholeScreen)
    expect(second.subarray(0, 16)).toEqual(rectangle)
    const at = 16 + (300 * 720 + 16) * 4
    expect(first.subarray(at, at + 4)).toEqual(Buffer.of(32, 16, 16, 0))
    expect(second.subarray(at, at + 4)).toEqual(Buffer.of(0x61, 255, 255, 0))
  })

  it('comes in the format that the viewer wants, whatever else he says', async () => {
    const viewer = await openScreen()
    await begin(viewer)
    viewer.socket.send(Buffer.of(0, 0, 0, 0, 16, 16, 0, 1, 0, 31, 0, 63, 0, 31, 11, 5, 0, 0, 0, 0))
    viewer.socket.send(Buffer.of(2, 0, 0, 2, 0, 0, 0, 16, 0, 0, 0, 0))
    viewer.socket.send(Buffer.of(5, 0, 0, 1, 0, 1))
    viewer.socket.send(Buffer.of(6, 0, 0, 0, 0, 0, 0, 2, 0x68, 0x69))
    const answer = await say(viewer, update(0), 16 + 720 * 400 * 2)
    expect(answer.subarray(16, 18).toString('hex')).toBe('80e3')
  })

  it('is closed to who does not know the password', async () => {
    const viewer = await openScreen()
    const refusal = await enter(viewer, 'password')
    expect(refusal.readUInt32BE()).toBe(1)
    await viewer.closed
    expect(String(await viewer.until(() => true))).toContain('Authentication failed')
  })

  it.each([
    ['another protocol', 'GET / HTTP/1'],
    ['an older one', 'RFB 003.003\n'],
  ])('is closed to %s', async (_, words) => {
    const viewer = await openScreen()
    await viewer.until((received) => received.length >= 12)
    viewer.socket.send(words)
    await viewer.closed
    const answer = (await viewer.until(() => true)).subarray(12)
    expect(answer).toEqual(Buffer.from('\0\0\0\0\u0013Unsupported version'))
  })

  it('ends at a message that is none', async () => {
    const viewer = await openScreen()
    await begin(viewer)
    viewer.socket.send(Buffer.of(99))
    await viewer.closed
    expect((await lab.ended(viewer.upid)).status).toBe('OK')
  })

  it('of a machine that does not run ends at once', async () => {
    const viewer = await openScreen('/nodes/pve1/qemu/101/vncproxy')
    await viewer.closed
    expect(await lab.ended(viewer.upid)).toEqual({
      log: ['VM 101 not running'],
      status: 'Failed to run vncproxy.',
    })
  })

  it('that was not opened for a WebSocket says nothing there', async () => {
    const viewer = await lab.connect('POST /nodes/pve1/qemu/100/vncproxy')
    viewer.socket.once('open', () => viewer.socket.send('RFB 003.008\n'))
    await viewer.closed
    expect(await viewer.until(() => true)).toHaveLength(0)
  })
})

describe('a screen that nobody comes to', () => {
  it.each([
    ['/nodes/pve1/qemu/100/vncproxy', 'connection timed out'],
    [
      '/nodes/pve1/lxc/200/vncproxy',
      "command '/usr/bin/vncterm -rfbport 5900 -timeout 10 -authpath /vms/200 -perm VM.Console -verify-port " +
        '-width 800 -notls -listen localhost -c /usr/bin/dtach -A /var/run/dtach/vzctlconsole200 -r winch -z ' +
        "lxc-console -n 200 -e -1' failed: exit code 1",
    ],
    ['/nodes/pve1/vncshell', 'OK'],
  ])('is given up after ten seconds: %s', async (path, status) => {
    const params = path.includes('lxc') ? { websocket: 1, width: 800 } : { websocket: 1 }
    const { upid } = Object(await lab.root(`POST ${path}`, params))
    await lab.clock.advance(10_000)
    expect((await lab.ended(upid)).status).toBe(status)
  })
})
