import { existsSync, readFileSync } from 'node:fs'
import { recordedSeed } from '../http-exchanges/recorded.js'
import type { StoredVolume } from '../../src/pve/storage/backing.js'
import type { Seed, SeedStorage } from '../../src/seeds/seed.js'

/** One exchange with the original, and what it changed; entries without a request prepare the next ones. */
export interface GoldenVector {
  readonly id: string
  readonly user?: string
  readonly request?: {
    readonly method: string
    readonly path: string
    readonly query?: GoldenParameters | string
    readonly body?: GoldenParameters | string
    /** A body of another form than that of parameters. */
    readonly content_type?: string
    readonly raw_body?: string
  }
  /** The body is absent where it was kept packed. */
  readonly response?: { readonly status_line: string; readonly body?: string }
  readonly task?: {
    readonly status?: { readonly exitstatus?: string; readonly starttime?: number }
    readonly log?: readonly string[]
  }
  /** Text of the files that the request changed, null for one that it removed. */
  readonly files?: Readonly<Record<string, unknown>>
  readonly setup?: Readonly<Record<string, unknown>>
}

export type GoldenParameters = Readonly<
  Record<string, string | number | readonly (string | number)[]>
>

export interface Recording {
  readonly meta: {
    readonly start_files?: Readonly<Record<string, unknown>>
    readonly setup_files?: Readonly<Record<string, unknown>>
    readonly start_volumes?: Readonly<Record<string, { size?: number; 'virtual-size'?: number }>>
    readonly unordered?: {
      readonly lists?: readonly string[]
      readonly messages_that_vary?: readonly string[]
    }
  }
  readonly vectors: readonly GoldenVector[]
}

const folder = new URL('../../../../../shared/golden/', import.meta.url)

export const isGoldenThere: boolean = existsSync(folder)

/** A recording by its name: `guests/running`, `config/storage`. */
export function readRecording(name: string): Recording {
  const recording: Recording = JSON.parse(readFileSync(new URL(`${name}.json`, folder), 'utf8'))
  return recording
}

/** The cluster that a recording starts from. */
export function goldenSeed({ meta }: Recording): Seed {
  const seed = recordedSeed()
  const { pve1, ...others } = seed.nodes
  if (!meta.start_files) {
    const files = { ...pve1?.files, '/etc/network/interfaces': startInterfaces }
    return { ...seed, nodes: { pve1: { ...pve1, files }, ...others } }
  }
  const secrets = Object.entries(seed.files ?? {}).filter(([path]) => path.startsWith('priv/'))
  return {
    ...seed,
    nodes: { pve1: { ...pve1, cpus: 2 }, ...others },
    storage: startStorages(meta.start_volumes ?? {}),
    files: { ...Object.fromEntries(secrets), ...belowEtcPve(meta.start_files) },
  }
}

/** The network of the node that the recordings were made on. */
const startInterfaces = `auto lo
iface lo inet loopback

auto vmbr0
iface vmbr0 inet static
\taddress 127.0.0.1/8
\tbridge-ports none
\tbridge-stp off
\tbridge-fd 0
`

/** The files of `/etc/pve` among others, by their path below it. */
export function belowEtcPve(files: Readonly<Record<string, unknown>>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(files).flatMap(([path, text]) =>
      path.startsWith('/etc/pve/') && typeof text === 'string'
        ? [[path.slice('/etc/pve/'.length), text] as const]
        : [],
    ),
  )
}

/** Files of the storage `local` that somebody put there, as they lie in its directory. */
export function localVolumes({ meta }: Recording): StoredVolume[] {
  const directory = '/var/lib/vz/'
  const texts = new Map(
    Object.entries(meta.setup_files ?? {}).flatMap(([path, text]): [string, string][] =>
      path.startsWith(directory) && typeof text === 'string'
        ? [[path.slice(directory.length), text]]
        : [],
    ),
  )
  return [...texts]
    .filter(([name]) => !/\.(?:notes|protected)$/.test(name))
    .map(([name, text]) => {
      const size = Buffer.byteLength(text)
      const notes = texts.get(`${name}.notes`)
      return {
        name,
        size,
        used: size,
        ctime: Date.UTC(2026, 10, 21) / 1000,
        ...(notes !== undefined && { notes }),
        ...(texts.has(`${name}.protected`) && { protected: true }),
      }
    })
}

/** Where the files of the recording's storages lie. */
const directories: Readonly<Record<string, string>> = {
  local: '/var/lib/vz',
  dir2: '/var/lib/dir2',
}

/** Kinds of content by the directories that their files lie in. */
const kinds: Readonly<Record<string, string>> = {
  dump: 'backup',
  import: 'import',
  snippets: 'snippets',
  'template/cache': 'vztmpl',
  'template/iso': 'iso',
}

function startStorages(
  volumes: NonNullable<Recording['meta']['start_volumes']>,
): Record<string, SeedStorage> {
  const own: Record<string, SeedStorage> = {
    'local-lvm': { type: 'lvmthin' },
    thick: { type: 'lvm', size: '20G' },
  }
  for (const [id, path] of Object.entries(directories)) {
    const files = Object.entries(volumes).flatMap(([file, { size, 'virtual-size': virtual }]) => {
      const bytes = virtual ?? size
      const [, directory = '', name = ''] =
        /^(.+)\/([^/]+)$/.exec(file.startsWith(path) ? file.slice(path.length + 1) : '') ?? []
      const kind = Object.hasOwn(kinds, directory) ? kinds[directory] : undefined
      if (bytes === undefined || kind === undefined || name.endsWith('.log')) return []
      return [{ volume: `${kind}/${name}`, size: bytes }]
    })
    own[id] = { type: 'dir', path, size: '100G', volumes: files }
  }
  return own
}
