import { execFile } from 'node:child_process'
import { missingProgram } from './debian.mjs'

const program = '/usr/bin/ruby'
const packages = ['ruby', 'ruby-fog-core', 'ruby-fog-json', 'ruby-minitest', 'ruby-simplecov']

/** What keeps the specs of fog-proxmox from being run, or undefined. */
export async function missingFog() {
  if (!process.env.PROXKIT_FOG) return 'PROXKIT_FOG names no checkout of fog-proxmox'
  return await missingProgram(program, [...packages, 'ruby-vcr', 'ruby-webmock'])
}

/** Runs the specs of a checkout of fog-proxmox against a live server; resolves to one result per spec. */
export async function runFog(simulator) {
  const results = []
  // The tasks that one makes are what the other looks at.
  for (const spec of ['identity', 'compute', 'network']) {
    results.push(...(await runSpec(spec, simulator)))
  }
  return results
}

async function runSpec(spec, { url }) {
  const env = {
    ...process.env,
    PROXMOX_URL: `${url}/api2/json`,
    SSL_VERIFY_PEER: 'false',
  }
  const args = ['-Ilib', '-Ispec', `spec/${spec}_spec.rb`, '--verbose', '--seed', '1']
  const output = await new Promise((resolve) => {
    const options = { env, cwd: process.env.PROXKIT_FOG, timeout: 300_000, maxBuffer: 2 ** 26 }
    execFile(program, args, options, (_, stdout, stderr) => resolve(`${stdout}\n${stderr}`))
  })
  const results = [...output.matchAll(/^(.*)#test_\d+_(.*) = [\d.]+ s = (.)$/gm)].map(
    ([, , name, mark]) => ({
      name: `${spec}: ${name}`,
      passed: mark === '.',
      detail: detailOf(output, name),
    }),
  )
  if (results.length > 0) return results
  return [{ name: `${spec} runs`, passed: false, detail: output.slice(-500) }]
}

function detailOf(output, name) {
  const start = output.indexOf(`_${name}:\n`)
  return start === -1 ? '' : output.slice(start, start + 500)
}
