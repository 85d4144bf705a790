import { execFile } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, readFileSync } from 'node:fs'
import { createServer, type Server } from 'node:http'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { describe, expect, test } from 'vitest'
import { createSimulator } from '../../src/create-simulator.js'
import { instantClock } from '../../src/engine/clock.js'
import { passwords, recordedSeed } from '../http-exchanges/recorded.js'

/** How many exchanges of each recording the simulator answers as the original did; never to become fewer. */
const equal: Readonly<Record<string, number>> = {
  'access-acl': 123,
  'access-domains': 117,
  'access-groups': 45,
  'access-users': 112,
  'cluster-options': 78,
  'firewall-cluster': 355,
  'firewall-qemu': 237,
  ha: 100,
  mapping: 104,
  sdn: 208,
}

const shared = new URL('../../../../../shared/', import.meta.url)
const isThere = existsSync(new URL('golden/config/', shared))
if (!isThere) console.log('skipped: ../shared/golden is not there')

describe.skipIf(!isThere)('recorded configuration calls', () => {
  test.for(Object.entries(equal))('%s', { timeout: 120_000 }, async ([name, least]) => {
    const line = await replay(name)
    console.log(line)
    const [, count] = /: (\d+) of \d+ equal/.exec(line) ?? []
    expect(Number(count)).toBeGreaterThanOrEqual(least)
  })
})

/** Plays a recording against a fresh simulator, files included, and returns the summary. */
async function replay(name: string): Promise<string> {
  const file = fileURLToPath(new URL(`golden/config/${name}.json`, shared))
  await using simulator = createSimulator({
    seed: goldenSeed(file),
    clock: instantClock({ start: firstDate(file) }),
    rootPassword: passwords['root@pam'] ?? '',
  })
  const { backings, ...rest } = simulator.snapshot()
  simulator.restore({ ...rest, backings: backings.map((one) => ({ ...one, volumes: [] })) })
  const { url } = await simulator.listen({ http: true })
  const files = createServer((request, response) => {
    const path = decodeURIComponent((request.url ?? '').slice(1))
    const { config, nodes } = simulator.snapshot()
    const text = path.startsWith('/etc/pve/')
      ? config[path.slice('/etc/pve/'.length)]
      : nodes.pve1?.files[path]
    response.writeHead(text === undefined ? 404 : 200).end(text)
  })
  try {
    const fileUrl = await urlOf(files.listen(0, '127.0.0.1'))
    const program = fileURLToPath(new URL('bin/replay.mjs', shared))
    const options = ['--base', url, '--file-url', fileUrl, '--show', '0']
    // It ends with an error where exchanges differ.
    const { stdout } = await promisify(execFile)(process.execPath, [
      program,
      ...options,
      file,
    ]).catch((error: { readonly stdout: string }) => error)
    return stdout.trim()
  } finally {
    files.close()
  }
}

async function urlOf(server: Server): Promise<string> {
  await once(server, 'listening')
  const address = server.address()
  return `http://127.0.0.1:${typeof address === 'object' && address ? address.port : 0}/`
}

interface Golden {
  readonly meta: {
    readonly branch: string
    readonly setup_files?: Readonly<Record<string, unknown>>
  }
  readonly vectors: readonly {
    readonly response?: { readonly headers: readonly (readonly [string, string])[] }
  }[]
}

function readGolden(file: string): Golden {
  const golden: Golden = JSON.parse(readFileSync(file, 'utf8'))
  return golden
}

function firstDate(file: string): number {
  const answer = readGolden(file).vectors.find(({ response }) => response)?.response
  return Date.parse(answer?.headers.find(([name]) => name === 'Date')?.[1] ?? '')
}

/** The recorded cluster, where only the first node could be asked, with the files that were there before. */
function goldenSeed(file: string): ReturnType<typeof recordedSeed> {
  const seed = recordedSeed()
  const { meta } = readGolden(file)
  // Those of the networks came in between.
  const setup = Object.entries(meta.branch === 'sdn' ? {} : (meta.setup_files ?? {})).flatMap(
    ([path, text]) =>
      path.startsWith('/etc/pve/') && typeof text === 'string'
        ? [[path.slice('/etc/pve/'.length), text]]
        : [],
  )
  return {
    ...seed,
    nodes: { ...seed.nodes, pve1: { ip: '10.99.0.1' }, pve2: { ip: '10.99.0.2', online: false } },
    files: { ...seed.files, ...Object.fromEntries(setup) },
  }
}
