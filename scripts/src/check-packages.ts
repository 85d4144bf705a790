import { execFileSync } from 'node:child_process'
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { startSimulator } from './simulator-process.js'

// Packs each package as npm would publish it, has publint and attw read the result, and installs all of them together
// outside the repository.

const root = fileURLToPath(new URL('../..', import.meta.url))
const directory = mkdtempSync(join(tmpdir(), 'proxkit-packages-'))
try {
  for (const name of readdirSync(`${root}/packages`)) lint(`${root}/packages/${name}`)
  install()
  await use()
} finally {
  rmSync(directory, { recursive: true })
}

function lint(cwd: string): void {
  run('npx', ['--no-install', 'publint', '--strict'], cwd)
  const profile = ['--profile', 'esm-only', '--format', 'ascii', '--no-summary']
  run('npx', ['--no-install', 'attw', '--pack', '.', ...profile], cwd)
}

function install(): void {
  run('npm', ['pack', '--silent', '--workspaces', '--pack-destination', directory], root)
  const tarballs = readdirSync(directory).map((file) => `./${file}`)
  writeFileSync(join(directory, 'package.json'), '{ "type": "module", "private": true }')
  run('npm', ['install', '--silent', '--no-audit', '--no-fund', ...tarballs], directory)
}

async function use(): Promise<void> {
  const packages = join(directory, 'node_modules')
  const simulator = await startSimulator([], join(packages, 'proxkit/bin/proxkit.js'))
  const code = await simulator.stop()
  if (code !== 0) throw new Error(`the installed proxkit simulate ended with code ${code}`)
  const program = `import { createClient } from '@proxkit/client'
import { createSimulator } from '@proxkit/simulator'
const pve = createClient({ transport: createSimulator().transport() })
console.log('installed packages answer', await pve.version.get())
`
  writeFileSync(join(directory, 'use.js'), program)
  run(process.execPath, ['use.js'], directory)
}

function run(command: string, args: readonly string[], cwd: string): void {
  execFileSync(command, args, { cwd, stdio: 'inherit' })
}
