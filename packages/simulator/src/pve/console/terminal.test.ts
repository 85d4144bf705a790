import { once } from 'node:events'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { WebSocket } from 'ws'
import { consoleLab, type ConsoleLab, type Viewer } from '../../../test/console-lab.js'

let lab: ConsoleLab

beforeEach(async () => {
  lab = await consoleLab({
    users: { 'alice@pve': { password: 'secret' } },
    acl: [{ path: '/', role: 'Administrator', user: 'alice@pve' }],
    guests: [
      { vmid: 100, node: 'pve1', running: true, config: { name: 'web', serial0: 'socket' } },
      { vmid: 101, node: 'pve1', config: { serial0: 'socket' } },
      { vmid: 102, node: 'pve1', running: true, config: {} },
      { vmid: 200, node: 'pve1', type: 'lxc', running: true, config: { hostname: 'ct' } },
      { vmid: 201, node: 'pve1', type: 'lxc', config: { hostname: 'off' } },
    ],
  })
})

afterEach(() => lab.simulator.close())

async function show(viewer: Viewer, ticket = viewer.ticket): Promise<void> {
  if (viewer.socket.readyState !== WebSocket.OPEN) await once(viewer.socket, 'open')
  viewer.socket.send(`${viewer.user}:${ticket}\n`)
}

function shows(text: string): (received: Buffer) => boolean {
  return (received) => received.toString().includes(text)
}

function type({ socket }: Viewer, keys: string): void {
  socket.send(`0:${Buffer.byteLength(keys)}:${keys}`)
}

describe('a terminal', () => {
  it.each([
    [
      '/nodes/pve1/qemu/100/termproxy',
      'starting serial terminal on interface serial0\r\nroot@web:~# ',
    ],
    ['/nodes/pve1/lxc/200/termproxy', 'root@ct:~# '],
    ['/nodes/pve1/termproxy', 'root@pve1:~# '],
    ['/nodes/pve2/termproxy', 'root@pve2:~# '],
  ] as const)('begins with OK: %s', async (path, text) => {
    const viewer = await lab.connect(`POST ${path}`)
    await show(viewer)
    expect(String(await viewer.until(shows('# ')))).toBe(`OK${text}`)
  })

  it('runs a shell', async () => {
    const viewer = await lab.connect('POST /nodes/pve1/lxc/200/termproxy')
    await show(viewer)
    await viewer.until(shows('# '))
    viewer.socket.send('1:132:50:')
    viewer.socket.send('2')
    type(viewer, 'echo grüße\rstty size\r')
    const received = String(await viewer.until(shows('50 132\r\nroot@ct:~# ')))
    expect(received).toBe(
      'OKroot@ct:~# echo grüße\r\ngrüße\r\nroot@ct:~# stty size\r\n50 132\r\nroot@ct:~# ',
    )
  })

  it('takes keys in pieces, and passes over what is no message', async () => {
    const viewer = await lab.connect('POST /nodes/pve1/lxc/200/termproxy')
    await show(viewer)
    for (const piece of ['xyz', '0:', '8', ':who', 'ami\r', '0']) viewer.socket.send(piece)
    expect(String(await viewer.until(shows('\r\nroot\r\n')))).toContain('# whoami\r\nroot\r\n')
  })

  it('ends with its program, and the task tells so', async () => {
    const viewer = await lab.connect('POST /nodes/pve1/lxc/200/termproxy')
    await show(viewer)
    await viewer.until(shows('# '))
    type(viewer, 'exit\r')
    await viewer.closed
    const { log, status } = await lab.ended(viewer.upid)
    expect(log).toEqual([
      'client connection: 127.0.0.1:5900',
      'error reading from pty: Input/output error (os error 5)',
    ])
    expect(status).toMatch(/^command '\/usr\/bin\/termproxy 5900 .* failed: exit code 1$/)
  })

  it('ends well when the viewer leaves', async () => {
    const viewer = await lab.connect('POST /nodes/pve1/lxc/200/termproxy')
    await show(viewer)
    await viewer.until(shows('# '))
    viewer.socket.close()
    expect((await lab.ended(viewer.upid)).status).toBe('OK')
  })

  it('ends with its task', async () => {
    const viewer = await lab.connect('POST /nodes/pve1/lxc/200/termproxy')
    await show(viewer)
    await viewer.until(shows('# '))
    expect(await lab.root(`DELETE /nodes/pve1/tasks/${viewer.upid}`)).toBeNull()
    await viewer.closed
    expect((await lab.ended(viewer.upid)).status).toBe('received interrupt')
  })

  it.each([
    [101, {}, 'VM 101 not running'],
    [102, {}, 'unable to find a serial interface'],
    [100, { serial: 'serial1' }, "serial interface 'serial1' is not configured"],
  ])('of a machine that has none says why: %i', async (vmid, params, reason) => {
    const viewer = await lab.connect(`POST /nodes/pve1/qemu/${vmid}/termproxy`, { params })
    await show(viewer)
    expect(String(await viewer.until(shows('\n')))).toBe(`OK${reason}\r\n`)
    await viewer.closed
  })

  it('of a container that does not run says so', async () => {
    const viewer = await lab.connect('POST /nodes/pve1/lxc/201/termproxy')
    await show(viewer)
    expect(String(await viewer.until(shows('\n')))).toContain('201 is not running')
    await viewer.closed
  })

  it('of a node that is off says so', async () => {
    lab.simulator.setNode('pve2', { online: false })
    const viewer = await lab.connect('POST /nodes/pve2/termproxy')
    await show(viewer)
    expect(String(await viewer.until(shows('\n')))).toContain('No route to host')
    await viewer.closed
  })

  it('of a node asks everybody but root for a login', async () => {
    const viewer = await lab.connect('POST /nodes/pve1/termproxy', { user: 'alice@pve' })
    await show(viewer)
    type(viewer, 'root\rwrong\r')
    await viewer.until(shows('Login incorrect\r\npve1 login: '))
    type(viewer, 'root\rsecret\rwhoami\r')
    const received = String(await viewer.until(shows('\r\nroot\r\nroot@pve1:~# ')))
    expect(received).toBe(
      'OKpve1 login: root\r\nPassword: \r\n\r\nLogin incorrect\r\n' +
        'pve1 login: root\r\nPassword: \r\nroot@pve1:~# whoami\r\nroot\r\nroot@pve1:~# ',
    )
  })
})

describe('the ticket of a terminal', () => {
  it('is asked for once more', async () => {
    const viewer = await lab.connect('POST /nodes/pve1/lxc/200/termproxy')
    await show(viewer, viewer.ticket.replace(/.$/, '!'))
    await viewer.closed
    const { log, status } = await lab.ended(viewer.upid)
    expect(log.at(-1)).toBe('authentication request failed')
    expect(status).toMatch(/exit code 1$/)
  })

  it('is waited for ten seconds', async () => {
    const viewer = await lab.connect('POST /nodes/pve1/lxc/200/termproxy')
    await once(viewer.socket, 'open')
    await lab.clock.advance(10_000)
    await viewer.closed
    expect((await lab.ended(viewer.upid)).status).toMatch(/exit code 1$/)
  })

  it.each(['qemu/100', 'lxc/200'])('ends with its guest: %s', async (guest) => {
    const viewer = await lab.connect(`POST /nodes/pve1/${guest}/termproxy`)
    await show(viewer)
    await viewer.until(shows('# '))
    await lab.root(`POST /nodes/pve1/${guest}/status/stop`)
    await lab.clock.advance(10_000)
    await viewer.closed
    expect(await lab.ended(viewer.upid)).toMatchObject({
      status: expect.stringMatching(/^command '\/usr\/bin\/termproxy .* failed: exit code 1$/),
      log: [expect.any(String), 'error reading from pty: Input/output error (os error 5)'],
    })
  })

  it('opens one terminal once', async () => {
    const viewer = await lab.connect('POST /nodes/pve1/lxc/200/termproxy')
    await show(viewer)
    await viewer.until(shows('# '))
    await expect(once(viewer.reconnect(), 'open')).rejects.toThrow('socket hang up')
  })

  it('opens nothing elsewhere', async () => {
    const { ticket, port } = Object(await lab.root('POST /nodes/pve1/lxc/200/termproxy'))
    const refusal = '401 permission denied - invalid PVEVNC ticket'
    for (const path of ['/nodes/pve1/lxc/201', '/nodes/pve1/qemu/100', '/nodes/pve1']) {
      const answer = lab.root(`GET ${path}/vncwebsocket`, { port, vncticket: ticket })
      expect(await answer).toBe(refusal)
    }
    expect(
      await lab.root('GET /nodes/pve1/lxc/200/vncwebsocket', { port, vncticket: ticket }),
    ).toEqual({ port })
  })
})

describe('a terminal that nobody comes to', () => {
  it('is given up after ten seconds', async () => {
    const { upid } = Object(await lab.root('POST /nodes/pve1/termproxy'))
    await lab.clock.advance(10_000)
    expect(await lab.ended(upid)).toEqual({
      log: ['failed waiting for client: timed out'],
      status:
        "command '/usr/bin/termproxy 5900 --path /nodes/pve1 --perm Sys.Console --vncticket-endpoint " +
        "--verify-port --ticket-fd 14 -- /bin/login -f root' failed: exit code 1",
    })
  })
})
