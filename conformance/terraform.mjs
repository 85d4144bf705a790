import { execFile } from 'node:child_process'
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { homedir } from 'node:os'
import { basename, dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { startSimulator } from '../scripts/dist/simulator-process.js'
import { quick } from './environments.mjs'
import { serveImages } from './terraform-images.mjs'

const run = promisify(execFile)
const seed = fileURLToPath(new URL('terraform.json', import.meta.url))
const checkout = process.env.PROXKIT_TERRAFORM_PROVIDER
/** Where programs that take minutes to build are kept from run to run. */
const cache = join(process.env.XDG_CACHE_HOME || join(homedir(), '.cache'), 'proxkit', 'terraform')
const opentofu = 'github.com/opentofu/opentofu@v1.11.4'

/** What keeps the acceptance tests of the provider from being run, or undefined. */
export async function missingProvider() {
  if (!checkout) {
    return 'PROXKIT_TERRAFORM_PROVIDER names no checkout of bpg/terraform-provider-proxmox'
  }
  try {
    await run('go', ['version'])
    return undefined
  } catch {
    return 'there is no go on this machine'
  }
}

/**
 * Runs the acceptance tests of one tier of a checkout of bpg/terraform-provider-proxmox, package by package, each
 * against a simulator of its own; resolves to one result per test function.
 */
export async function runProvider(tier) {
  const packages = packagesOf(join(checkout, 'fwprovider'), tier)
  await compile(packages.keys())
  const terraform = await terraformProgram()
  const images = await serveImages()
  const results = []
  try {
    for (const [folder, tests] of packages) {
      const program = join(cache, `${basename(folder)}.test`)
      results.push(...(await runPackage({ program, tests, terraform, images: images.url })))
    }
  } finally {
    images.close()
  }
  return results.toSorted(byName)
}

/** Makes one program of each package; what did not change since is not compiled again. */
async function compile(folders) {
  const args = ['test', '-c', '-vet=off', '-tags=acceptance', '-o', `${cache}/`, ...folders]
  await run('nice', ['-n', '10', 'go', ...args], { cwd: checkout, maxBuffer: 2 ** 26 })
}

/** The test functions of a tier, by the folder of their package. */
function packagesOf(root, tier) {
  const packages = new Map()
  for (const entry of readdirSync(root, { recursive: true })) {
    if (!entry.endsWith('_test.go')) continue
    const source = readFileSync(join(root, entry), 'utf8')
    if (/^\/\/testacc:tier=(\w+)$/m.exec(source)?.[1] !== tier) continue
    const folder = `./${join(basename(root), dirname(entry))}`
    const tests = [...source.matchAll(/^func (Test\w+)\(/gm)].map(([, name]) => name)
    packages.set(folder, [...(packages.get(folder) ?? []), ...tests])
  }
  return packages
}

function byName(a, b) {
  return a.name < b.name ? -1 : 1
}

async function runPackage({ program, tests, terraform, images }) {
  const simulator = await startSimulator(['--seed', seed, ...quick])
  const env = {
    ...process.env,
    TF_ACC: '1',
    TF_ACC_TERRAFORM_PATH: terraform,
    CHECKPOINT_DISABLE: '1',
    ...(terraform.endsWith('tofu') && {
      TF_ACC_PROVIDER_NAMESPACE: 'hashicorp',
      TF_ACC_PROVIDER_HOST: 'registry.opentofu.org',
    }),
    PROXMOX_VE_ENDPOINT: `${simulator.url}/`,
    PROXMOX_VE_INSECURE: 'true',
    PROXMOX_VE_API_TOKEN: simulator.token,
    PROXMOX_VE_USERNAME: simulator.user,
    PROXMOX_VE_PASSWORD: simulator.password,
    PROXMOX_VE_ACC_NODE_NAME: 'pve',
    PROXMOX_VE_ACC_NODE_2_NAME: 'pve2',
    PROXMOX_VE_ACC_ZFS_DATASTORE_ID: 'local-zfs',
    PROXMOX_VE_ACC_NFS_SERVER: '192.0.2.5',
    PROXMOX_VE_ACC_NFS_EXPORT: '/export/acceptance',
    PROXMOX_VE_ACC_CONTAINER_IMAGES_SERVER: images,
    PROXMOX_VE_ACC_CLOUD_IMAGES_SERVER: images,
  }
  try {
    const results = []
    for (const name of tests) results.push({ name, ...outcome(await runTest(program, name, env)) })
    return results
  } finally {
    await simulator.stop()
  }
}

/** What one test function prints: in a process of its own, since one that needs SSH panics and takes the others along. */
function runTest(program, name, env) {
  // Parts of it that may run side by side change the same node.
  const args = ['-test.v', '-test.parallel', '1', '-test.timeout', '5m', '-test.run', `^${name}$`]
  return new Promise((resolve) => {
    const options = { env, cwd: checkout, maxBuffer: 2 ** 28 }
    execFile(program, args, options, (_, stdout, stderr) => resolve(`${stdout}\n${stderr}`))
  })
}

/** How a test function ended, and why where it did not pass. */
function outcome(output) {
  const mark = /^--- (PASS|FAIL|SKIP): /m.exec(output)?.[1]
  if (mark === 'PASS') return { passed: true }
  if (mark === 'SKIP') {
    const reason = /_test\.go:\d+: (.*)$/m.exec(output)?.[1]
    return { passed: false, excuse: reason ?? 'skips itself' }
  }
  if (/over SSH to|SSH client/.test(output)) {
    return { passed: false, excuse: 'needs SSH to the node' }
  }
  return { passed: false, detail: output.trim().slice(0, 1500) }
}

/** The terraform or OpenTofu of the machine, or an OpenTofu that is built once. */
async function terraformProgram() {
  for (const folder of (process.env.PATH ?? '').split(':')) {
    for (const name of ['terraform', 'tofu']) {
      const program = join(folder, name)
      if (existsSync(program)) return program
    }
  }
  const program = join(cache, 'tofu')
  if (!existsSync(program)) {
    const { stdout } = await run('go', ['mod', 'download', '-json', opentofu])
    await run('go', ['build', '-o', program, './cmd/tofu'], { cwd: JSON.parse(stdout).Dir })
  }
  return program
}
