import { failed } from '../../engine/fault.js'
import type { Section } from '../guest/config-file.js'
import type { Volume } from '../storage/storages.js'
import type { ContainerJob } from './container-job.js'
import { formatNetwork, isNetworkName, readNetwork } from './network.js'

/** What an OCI image says of how it is run: the member `config` of its configuration. */
interface ImageConfig {
  readonly Entrypoint?: unknown
  readonly Cmd?: unknown
  readonly User?: unknown
  readonly WorkingDir?: unknown
  readonly Env?: unknown
  readonly StopSignal?: unknown
  readonly Volumes?: unknown
}

/**
 * How an OCI image is run; undefined for any other archive. Of a template nothing but its configuration is known, as
 * JSON: `{"architecture":"amd64","config":{"Entrypoint":["/bin/app"],"Env":["A=b"]}}`.
 */
export function imageConfig({ content, stored }: Volume): ImageConfig | undefined {
  const { config } = content === 'vztmpl' ? readImage(stored.content) : {}
  return typeof config === 'object' ? config : undefined
}

/** The architecture of an OCI image, as the option `arch` has it. */
export function imageArchitecture({ stored }: Volume): string | undefined {
  const { architecture } = readImage(stored.content)
  return typeof architecture === 'string' ? architectures[architecture] : undefined
}

const architectures: Readonly<Record<string, string>> = {
  '386': 'i386',
  amd64: 'amd64',
  arm: 'armhf',
  arm64: 'arm64',
  riscv64: 'riscv64',
}

function readImage(text: string | undefined): {
  readonly config?: ImageConfig
  readonly architecture?: unknown
} {
  try {
    return Object(JSON.parse(text ?? '{}'))
  } catch {
    return {}
  }
}

/** Options of the container that follow from the image. LXC/Create.pm: restore_oci_archive */
export function applyImage({ log }: ContainerJob, main: Section, image: ImageConfig): void {
  const volumes = Object.keys(Object(image.Volumes))
  if (volumes.some((path) => forbidden.test(path))) {
    throw failed('OCI config data-volumes path contains forbidden control characters!')
  }
  log(...volumes.map((path) => `creating base directory for volume at ${path}`))
  const command = [...listOf(image, 'Entrypoint'), ...listOf(image, 'Cmd')]
  if (command.length > 0 && command[0] !== '/sbin/init') {
    main.set('entrypoint', command.map(quoted).join(' '))
    main.set('cmode', 'console')
    for (const [name, value] of main)
      if (isNetworkName(name)) manageNetwork(log, { main, name, value })
  }
  const raw: (readonly [key: string, value: string | undefined])[] = []
  const user = textOf(image, 'User')
  if (user) raw.push(...userLines(user))
  const directory = textOf(image, 'WorkingDir')
  if (directory) raw.push(['lxc.init.cwd', directory])
  const variables = listOf(image, 'Env')
  if (variables.length > 0) main.set('env', variables.join('\0'))
  raw.push(['lxc.signal.halt', textOf(image, 'StopSignal') ?? 'SIGTERM'])
  const lines = raw.flatMap(([key, value]) => (value === undefined ? [] : [`${key}: ${value}`]))
  main.set('lxc', [...(main.get('lxc')?.split('\n') ?? []), ...lines].join('\n'))
}

// oxlint-disable-next-line no-control-regex -- these are what is forbidden
const forbidden = /[\u0000-\u0008\u0010-\u001f\u007f]/

function textOf(image: ImageConfig, key: 'User' | 'WorkingDir' | 'StopSignal'): string | undefined {
  const value = image[key]
  if (typeof value !== 'string') return undefined
  if (forbidden.test(value)) {
    throw failed(`OCI config value for '${key}' contains forbidden control characters!`)
  }
  return value
}

function listOf(image: ImageConfig, key: 'Entrypoint' | 'Cmd' | 'Env'): readonly string[] {
  const value: unknown = image[key]
  const list = Array.isArray(value) ? value.map(String) : []
  if (list.some((item) => forbidden.test(item))) {
    throw failed(`OCI config array-value for '${key}' contains forbidden control characters!`)
  }
  return list
}

/** A program that is no init system brings no network up: its node does. */
function manageNetwork(
  log: ContainerJob['log'],
  { main, name, value }: { main: Section; name: string; value: string },
): void {
  const device = readNetwork(value)
  if (device['host-managed'] !== undefined) return
  log(`Auto-Enabling host-managed network for network device ${name}.`)
  main.set(name, formatNetwork({ ...device, 'host-managed': '1' }))
}

/** Who runs the program. Names other than root's are in files that are not simulated. */
function userLines(text: string): (readonly [key: string, value: string | undefined])[] {
  const [, user = '', group] = /^([^:]+)(?::([^:]+))?$/.exec(text) ?? []
  if (user === '') throw failed("OCI config value for 'User' has an invalid format")
  const uid = idOf(user)
  return [
    ['lxc.init.uid', uid],
    ['lxc.init.gid', group === undefined ? (uid === '0' ? '0' : undefined) : idOf(group)],
  ]
}

function idOf(name: string): string | undefined {
  if (/^\d+$/.test(name)) return name
  return name === 'root' ? '0' : undefined
}

/** A word of a command line as a shell would need it. pve-common Tools.pm: shellquote */
function quoted(word: string): string {
  if (word !== '' && !/[^\w!%+,\-./:=@^]/.test(word)) return word
  return `'${word.replaceAll("'", String.raw`'\''`)}'`
}
