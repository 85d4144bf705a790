import { execFile } from 'node:child_process'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { missingProgram } from './debian.mjs'
import { fog } from './environments.mjs'
import { connect } from './own-client.mjs'

const program = '/usr/bin/ruby'
const packages = ['ruby', 'ruby-fog-core', 'ruby-fog-json', 'ruby-minitest', 'ruby-simplecov']

/** What specs ask of a server that none does any more which is served here, by what they print then. */
const bygone = [
  {
    says: /:body .*authentication failure/,
    excuse:
      'answers a second factor that the user has not, which servers refuse since they know several kinds of them (pve-access-control AccessControl.pm: authenticate_2nd_new_do)',
  },
  {
    says: /:body .*realm-type/,
    excuse:
      'sends back all that the list of users told, of which realm-type (there since pve-access-control 7.0-4) is no parameter of the change',
  },
  {
    says: /Expected: "(\d+)"\n +Actual: \1\b/,
    excuse:
      'wants the number of a machine as text, as Proxmox VE 6.2 told it; servers tell a number (qemu-server QemuServer.pm: vmstatus)',
  },
]

/** What keeps the specs of fog-proxmox from being run, or undefined. */
export async function missingFog() {
  if (!process.env.PROXKIT_FOG) return 'PROXKIT_FOG names no checkout of fog-proxmox'
  return await missingProgram(program, [...packages, 'ruby-vcr', 'ruby-webmock'])
}

/** Runs the specs of a checkout of fog-proxmox against live servers, one for each; resolves to one result per spec. */
export async function runFog() {
  const results = []
  for (const file of ['identity', 'compute', 'network']) {
    const source = await readFile(join(process.env.PROXKIT_FOG, 'spec', `${file}_spec.rb`), 'utf8')
    for (const [, , name] of source.matchAll(/^ +it (['"])(.*)\1 do$/gm)) {
      results.push({ name: `${file}: ${name}`, ...(await runSpec(file, name)) })
    }
  }
  return results
}

/** A spec that fails leaves behind what the next one makes, so that each has a cluster of its own. */
async function runSpec(file, name) {
  const simulator = await fog.start()
  try {
    await leaveTask(simulator)
    const env = {
      ...process.env,
      PROXMOX_URL: `${simulator.url}/api2/json`,
      SSL_VERIFY_PEER: 'false',
    }
    const args = ['-Ilib', '-Ispec', `spec/${file}_spec.rb`, '--name', `/_${name}$/`]
    const { code, output } = await new Promise((resolve) => {
      const options = { env, cwd: process.env.PROXKIT_FOG, timeout: 300_000, maxBuffer: 2 ** 26 }
      execFile(program, args, options, (error, stdout, stderr) =>
        resolve({ code: error ? error.code : 0, output: `${stdout}\n${stderr}` }),
      )
    })
    const passed = code === 0 && /^1 runs, [1-9]/m.test(output)
    return { passed, excuse: excuseOf(output), detail: output.slice(0, 1500) }
  } finally {
    await simulator.stop()
  }
}

function excuseOf(output) {
  return bygone.find(({ says }) => says.test(output))?.excuse
}

/** A node that has run for a while has tasks to show. */
async function leaveTask(simulator) {
  const client = connect(simulator)
  try {
    await (await client.nodes('pve').startall.post()).done()
  } finally {
    await client.close()
  }
}
