import { once } from 'node:events'
import { createClient, type PveClient, type Terminal } from '@proxkit/client'
import { createSimulator, type Simulator } from '@proxkit/simulator'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'

let simulator: Simulator
let pve: PveClient

beforeAll(async () => {
  simulator = createSimulator({
    rootPassword: 'secret',
    seed: {
      cluster: 'lab',
      nodes: { pve1: {}, pve2: {} },
      guests: [
        { vmid: 100, node: 'pve1', running: true, config: { name: 'web', serial0: 'socket' } },
        { vmid: 200, node: 'pve2', type: 'lxc', running: true, config: { hostname: 'ct' } },
      ],
    },
  })
  const { url, fingerprint = '' } = await simulator.listen()
  pve = createClient({
    url,
    tls: { fingerprint },
    auth: { username: 'root@pam', password: 'secret' },
  })
})

afterAll(async () => {
  await pve.close()
  await simulator.close()
})

/** Reads until the text has come. */
async function until(terminal: Terminal, text: string): Promise<string> {
  let shown = ''
  while (!shown.includes(text)) shown += String((await once(terminal, 'data'))[0])
  return shown
}

describe('a terminal, with a login and over TLS', () => {
  it.each([
    ['of a virtual machine', (): Promise<Terminal> => pve.nodes('pve1').qemu(100).console(), 'web'],
    ['of a container elsewhere', () => pve.nodes('pve2').lxc(200).console(), 'ct'],
    ['of a node', () => pve.nodes('pve1').console(), 'pve1'],
  ])('%s', async (_, open, name) => {
    const terminal = await open()
    await until(terminal, '# ')
    terminal.resize(100, 30)
    terminal.write('hostname\r')
    expect(await until(terminal, '\n')).toContain('hostname\r\n')
    terminal.write('stty size\r')
    expect(await until(terminal, '30 100\r\n')).toContain(`root@${name}:~# `)
    const closed = once(terminal, 'close')
    terminal.write('exit\r')
    expect(await until(terminal, 'logout\r\n')).toContain('logout')
    terminal.resume()
    await closed
  })

  it('ends its task when it is ended', async () => {
    const terminal = await pve.nodes('pve1').qemu(100).console()
    await until(terminal, '# ')
    terminal.resume()
    terminal.end()
    await once(terminal, 'close')
    await simulator.idle()
    expect(simulator.snapshot().tasks.at(-1)).toMatchObject({ type: 'vncproxy', exitStatus: 'OK' })
  })
})

describe('a screen', () => {
  it('greets in the words of RFB 3.8', async () => {
    const screen = await pve.nodes('pve1').qemu(100).console({ type: 'vnc' })
    expect(String((await once(screen, 'data'))[0])).toBe('RFB 003.008\n')
    expect(screen.password).toHaveLength(8)
    screen.destroy()
    await simulator.idle()
  })
})
