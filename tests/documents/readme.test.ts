import { spawnSync } from 'node:child_process'
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { certificateOf } from '../../scripts/src/certificate-of.js'
import { startSimulator, type SimulatorProcess } from '../../scripts/src/simulator-process.js'
import { codeBlocks } from './code-blocks.js'
import { runProcess } from './run-process.js'
import type { ProcessResult } from './start-process.js'
import { runGateway, type RunningGateway } from './running-gateway.js'

const root = fileURLToPath(new URL('../..', import.meta.url))
const directories = readdirSync(`${root}packages`).map((name) => `packages/${name}`)
const readmes = ['README.md', ...directories.map((directory) => `${directory}/README.md`)].filter(
  (file) => existsSync(root + file),
)
const guides = readdirSync(`${root}docs`)
  // What needs an OpenSSH server is run in conformance/ssh.
  .filter((name) => name.endsWith('.md') && name !== 'ssh.md')
  .map((name) => `docs/${name}`)
/** Texts with examples; a table that is generated has none. */
const documents = [...readmes, ...guides].filter(
  (file) => codeBlocks(readFileSync(root + file, 'utf8')).length > 0,
)
const packageNames = directories.map((directory): unknown => {
  const manifest: { name: string } = JSON.parse(
    readFileSync(`${root}${directory}/package.json`, 'utf8'),
  )
  return manifest.name
})

const python = [`${root}conformance/.venv/bin/python`, 'python3'].find(
  (program) => spawnSync(program, ['-c', 'import proxmoxer, requests']).status === 0,
)

/** What the examples talk to. */
let simulator: SimulatorProcess
/** What the last example of a gateway has started. */
let gateway: RunningGateway | undefined
/** Where they run: below the repository, so that its packages and commands are found. */
let cwd: string

describe.each(documents)('%s', (file) => {
  const blocks = codeBlocks(readFileSync(root + file, 'utf8'))

  beforeAll(async () => {
    simulator = await startSimulator()
    mkdirSync(`${root}node_modules/.cache`, { recursive: true })
    cwd = mkdtempSync(`${root}node_modules/.cache/readme-`)
    writeFileSync(`${cwd}/package.json`, '{ "type": "module" }')
    writeFileSync(`${cwd}/pve-root-ca.pem`, await certificateOf(simulator.url))
  })

  afterAll(async () => {
    await gateway?.stop()
    gateway = undefined
    await simulator.stop()
    rmSync(cwd, { recursive: true })
  })

  it.for(blocks)('works as printed: $language, line $line', async (block, { skip }) => {
    const code = forThisSimulator(block.code)
    switch (block.language) {
      case 'sh':
        await runShell(code)
        return
      case 'ts':
        await runTypescript(code, `example-${block.line}`)
        return
      case 'py':
        if (python === undefined)
          skip('there is no Python with proxmoxer; npm run conformance makes one')
        else await succeed([python, '-W', 'ignore', '-c', code])
        return
      case 'yaml':
        // The first line names the file, for the examples that follow.
        writeFileSync(`${cwd}/${/^# (\S+)$/m.exec(code)?.[1] ?? 'example.yaml'}`, code)
        return
      default:
        expect.unreachable(`no example is run in the language '${block.language}'`)
    }
  })
})

/** The examples name the usual port, or a server elsewhere, and no certificate in particular. */
function forThisSimulator(code: string): string {
  const { host, port } = new URL(simulator.url)
  const tls = `tls: { fingerprint: '${simulator.fingerprint}' }`
  return code
    .replaceAll('127.0.0.1:8006', host)
    .replaceAll('127.0.0.1:8080', new URL(gateway?.url ?? simulator.docs).host)
    .replaceAll('port=8006', `port=${port}`)
    .replaceAll('AA:BB:…', simulator.fingerprint ?? '')
    .replaceAll(/host: (?:'pve1[^']*'|\['pve1[^\]]*\])/g, `url: '${simulator.url}', ${tls}`)
    .replaceAll("password: 'secret'", `password: '${simulator.password}'`)
    .replaceAll(/token: 'root@pam!ci=[^']*'/g, `token: '${simulator.token}'`)
}

async function runShell(code: string): Promise<void> {
  const command = code.trim()
  if (command.startsWith('npm ci && ')) {
    // The installation itself is the first step of the checks in a clean checkout.
    expect(readFileSync(`${root}.ci/run`, 'utf8')).toContain(`npm ci && npm test`)
    if (command === 'npm ci && npm test') return
    expect(command).toBe('npm ci && npm start')
    await untilReady('npm start -- --port 0', root)
    return
  }
  if (command.startsWith('npm install ')) {
    expect(packageNames).toContain(command.slice('npm install '.length))
    return
  }
  if (command.startsWith('npx proxkit gateway')) {
    await gateway?.stop()
    gateway = await runGateway(command, cwd)
  } else if (command.startsWith('npx proxkit simulate')) {
    await untilReady(`${command} --port 0`, cwd)
  } else await succeed(['bash', '-euo', 'pipefail', '-c', code])
}

async function untilReady(command: string, directory: string): Promise<void> {
  const until = 'Press Ctrl+C'
  const { output } = await runProcess(['bash', '-c', command], { cwd: directory, until })
  expect(output).toMatch(/^ {2}URL {10}https?:\/\/127\.0\.0\.1:/m)
  expect(output).toContain(until)
}

async function runTypescript(code: string, name: string): Promise<void> {
  if (code.includes('/vitest')) {
    writeFileSync(`${cwd}/${name}.test.ts`, code)
    const own = `export default { test: { include: ['${name}.test.ts'], exclude: [] } }`
    writeFileSync(`${cwd}/vitest.config.js`, own)
    await succeed([`${root}node_modules/.bin/vitest`, 'run'])
    return
  }
  writeFileSync(`${cwd}/${name}.ts`, goesOn(code) ? withClient(code) : code)
  writeFileSync(
    `${cwd}/tsconfig.json`,
    JSON.stringify({
      compilerOptions: {
        strict: true,
        skipLibCheck: true,
        target: 'es2023',
        module: 'nodenext',
        types: ['node'],
      },
      files: [`${name}.ts`],
    }),
  )
  await succeed([`${root}node_modules/.bin/tsc`])
  await succeed([process.execPath, `${name}.js`])
}

/** Later examples of a text go on with the client of an earlier one. */
const goesOn = (code: string): boolean =>
  /\bpve\b/.test(code) && !/createClient|\bconst pve\b/.test(code)

function withClient(code: string): string {
  return `import { createClient } from '@proxkit/client'
const pve = createClient({
  url: '${simulator.url}',
  auth: { token: '${simulator.token}' },
  tls: { fingerprint: '${simulator.fingerprint}' },
})
${code}
await pve.close()
`
}

async function succeed(command: readonly string[]): Promise<ProcessResult> {
  const result = await runProcess(command, { cwd })
  expect(result.code, result.output).toBe(0)
  return result
}
