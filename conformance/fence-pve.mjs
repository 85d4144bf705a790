import { execFile } from 'node:child_process'
import { missingProgram } from './debian.mjs'

const program = '/usr/sbin/fence_pve'

/** What keeps fence_pve from being run, or undefined. */
export function missingFenceAgent() {
  return missingProgram(program, ['fence-agents'])
}

/** Has fence_pve look after a machine and a container that run; resolves to one result per action. */
export async function runFencePve(simulator) {
  const results = []
  const machine = (action) => fence(simulator, action, ['--plug', '100'])
  const container = (action) => fence(simulator, action, ['--plug', '200', '--vmtype', 'lxc'])
  for (const { kind, act } of [
    { kind: 'machine', act: machine },
    { kind: 'container', act: container },
  ]) {
    for (const [action, code, says] of [
      ['status', 0, 'Status: ON'],
      ['off', 0, 'Success: Powered OFF'],
      ['status', 2, 'Status: OFF'],
      ['on', 0, 'Success: Powered ON'],
      ['reboot', 0, 'Success: Rebooted'],
      ['status', 0, 'Status: ON'],
      ['monitor', 0, ''],
    ]) {
      const found = await act(action)
      const passed = found.code === code && found.output === says
      const detail = `ended with ${found.code}: ${found.output}`
      results.push({ name: `${action} of a ${kind}, ${says || 'silent'}`, passed, detail })
    }
  }
  results.push(await list(simulator))
  return results
}

/** The agent joins the id to the name as if it were text; a server of these days gives a number. */
async function list(simulator) {
  const { code, output } = await fence(simulator, 'list', [])
  const name = 'list of machines'
  if (code !== 0 && output.includes('TypeError')) {
    const excuse =
      'fence_pve 4.12 takes vmid for text: TypeError with every server that gives a number, as Proxmox VE does (qemu-server QemuServer.pm: vmstatus)'
    return { name, passed: false, excuse }
  }
  return { name, passed: code === 0 && output.includes('100,web-1'), detail: output }
}

async function fence({ url, user, password }, action, more) {
  const { hostname, port } = new URL(url)
  const args = ['--ip', hostname, '--ipport', port, '--username', user, '--password', password]
  args.push('--ssl-insecure', '--pve-node-auto', '--action', action, ...more)
  return await new Promise((resolve) => {
    execFile(program, args, { timeout: 60_000 }, (error, stdout, stderr) =>
      resolve({ code: error ? error.code : 0, output: `${stdout}${stderr}`.trim() }),
    )
  })
}
