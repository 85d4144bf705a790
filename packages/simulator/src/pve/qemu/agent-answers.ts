import { failed } from '../../engine/fault.js'
import type { Cluster } from '../cluster.js'
import type { ReadonlySection } from '../guest/config-file.js'
import type { GuestSystem } from '../state.js'
import { agentOrders, agentQueries, type AgentCommand } from './agent-commands.js'
import { bootDriveNames, driveSize, isCdrom, parseDrive } from './drive.js'
import { guestOs, hostName } from './guest-system.js'
import { readIpConfig, readNetwork } from './network.js'
import { runFigures } from '../guest/run-figures.js'
import { memoryOf } from './vm-config.js'
import { uptimeOf, vmRow } from './vm-row.js'
import type { Vm } from './vm.js'

/** The guest that is asked, and what it runs on. */
export interface Guest {
  readonly cluster: Cluster
  readonly vm: Vm
  readonly system: GuestSystem
}

/** What the agent of a guest answers to the commands without parameters. */
export const agentAnswers: Readonly<Record<AgentCommand, (guest: Guest) => unknown>> = {
  ping: () => ({}),
  info: () => ({
    version: '10.0.2',
    supported_commands: [...agentQueries, ...agentOrders, ...withParameters]
      .toSorted()
      .map((name) => ({
        name: `guest-${name}`,
        enabled: true,
        'success-response': !/^(?:shutdown|suspend-)/.test(name),
      })),
  }),
  'get-time': ({ cluster }: Guest) => cluster.clock.now() * 1e6,
  'get-timezone': () => ({ zone: 'UTC', offset: 0 }),
  'get-host-name': ({ vm }: Guest) => ({ 'host-name': hostName(vm) }),
  'get-osinfo': () => guestOs,
  'get-users': ({ vm }: Guest) => [{ user: 'root', 'login-time': (vm.run?.startTime ?? 0) / 1000 }],
  'get-vcpus': ({ cluster, vm: { vmid, node } }: Guest) =>
    Array.from({ length: vmRow(cluster, { vmid, node, type: 'qemu' }).cpus }, (_, index) => ({
      'logical-id': index,
      online: true,
      'can-offline': index > 0,
    })),
  'get-memory-block-info': () => ({ size: memoryBlock }),
  'get-memory-blocks': ({ vm }: Guest) =>
    Array.from(
      { length: Math.ceil((memoryOf(vm.config.main) * 2 ** 20) / memoryBlock) },
      (_, index) => ({
        'phys-index': index,
        online: true,
        'can-offline': false,
      }),
    ),
  'get-fsinfo': ({ vm }: Guest) => fileSystems(vm.config.main),
  'network-get-interfaces': networkInterfaces,
  'fsfreeze-status': ({ system }: Guest) => (system.isFrozen ? 'frozen' : 'thawed'),
  'fsfreeze-freeze': ({ system, vm }: Guest) => {
    system.isFrozen = true
    return fileSystems(vm.config.main).length
  },
  'fsfreeze-thaw': ({ system, vm }: Guest) => {
    const thawed = system.isFrozen ? fileSystems(vm.config.main).length : 0
    system.isFrozen = false
    return thawed
  },
  fstrim: ({ vm }: Guest) => ({
    paths: fileSystems(vm.config.main).map(({ mountpoint }) => ({
      path: mountpoint,
      trimmed: 0,
      minimum: 0,
    })),
  }),
  // These answer nothing; what follows is up to the caller.
  shutdown: () => null,
  'suspend-ram': () => null,
  'suspend-disk': () => null,
  'suspend-hybrid': () => null,
}

const withParameters = [
  'exec',
  'exec-status',
  'file-close',
  'file-open',
  'file-read',
  'file-seek',
  'file-write',
  'set-user-password',
] as const

export function isAgentCommand(text: string): text is AgentCommand {
  return text in agentAnswers
}

const memoryBlock = 128 * 2 ** 20

interface FileSystem {
  readonly name: string
  readonly mountpoint: string
  readonly type: string
  readonly 'total-bytes': number
  readonly 'used-bytes': number
  readonly disk: readonly unknown[]
}

/** The first disk holds one file system; the others are empty. */
function fileSystems(section: ReadonlySection): FileSystem[] {
  for (const name of bootDriveNames) {
    const drive = parseDrive(name, section.get(name) ?? '')
    if (!drive || isCdrom(drive)) continue
    const device = name.startsWith('virtio') ? 'vda1' : 'sda1'
    const bytes = driveSize(drive) ?? 0
    const [bus = '', number = '0'] = name.match(/^[a-z]+|\d+$/g) ?? []
    return [
      {
        name: device,
        mountpoint: '/',
        type: 'ext4',
        'total-bytes': Math.floor(bytes * 0.98),
        'used-bytes': Math.floor(bytes * 0.2),
        disk: [
          {
            dev: `/dev/${device}`,
            'bus-type': bus,
            bus: 0,
            target: 0,
            unit: Number(number),
            'pci-controller': { domain: 0, bus: 0, slot: 5, function: 0 },
          },
        ],
      },
    ]
  }
  return []
}

function networkInterfaces({ cluster, vm }: Guest): unknown[] {
  const { run } = vm
  if (!run) throw failed(`VM ${vm.vmid} is not running`)
  const { vmid } = vm
  const { main } = vm.config
  const { netin, netout } = runFigures({ vmid, uptime: uptimeOf(cluster, run), run })
  const devices = [...main].filter(([name]) => /^net\d+$/.test(name))
  const shown = devices.map(([name, value], index) => {
    const address = (readNetwork(value).macaddr ?? '').toLowerCase()
    return {
      name: `eth${index}`,
      'hardware-address': address,
      'ip-addresses': addressesOf(main.get(`ipconfig${name.slice(3)}`), { vmid, index, address }),
      // What flows is not told apart by device.
      statistics: index === 0 ? statistics(netin, netout) : statistics(0, 0),
    }
  })
  return [loopback, ...shown]
}

const loopback = {
  name: 'lo',
  'hardware-address': '00:00:00:00:00:00',
  'ip-addresses': [ipAddress('127.0.0.1/8'), ipAddress('::1/128')],
  statistics: statistics(0, 0),
} as const

function statistics(received: number, sent: number): Record<string, number> {
  return {
    'rx-bytes': received,
    'rx-packets': Math.ceil(received / 800),
    'rx-errs': 0,
    'rx-dropped': 0,
    'tx-bytes': sent,
    'tx-packets': Math.ceil(sent / 800),
    'tx-errs': 0,
    'tx-dropped': 0,
  }
}

/** Addresses that cloud-init sets; a guest that asks the network for one gets one of its own. */
function addressesOf(
  ipconfig: string | undefined,
  { vmid, index, address }: { vmid: number; index: number; address: string },
): unknown[] {
  const { ip = '', ip6 = '' } = readIpConfig(ipconfig ?? '')
  const leased = `10.${index}.${(vmid >> 8) & 255}.${vmid & 255 || 1}/16`
  return [
    ipAddress(ip.includes('/') ? ip : leased),
    ...(ip6.includes('/') ? [ipAddress(ip6)] : []),
    ipAddress(`${linkLocal(address)}/64`),
  ]
}

function ipAddress(text: string): Record<string, unknown> {
  const [address = '', prefix] = text.split('/')
  return {
    'ip-address': address,
    'ip-address-type': address.includes(':') ? 'ipv6' : 'ipv4',
    prefix: Number(prefix),
  }
}

/** The IPv6 address that follows from the address of a network card: its second bit turned, `ff:fe` in the middle. */
function linkLocal(address: string): string {
  const bytes = address.split(':').map((byte) => Number.parseInt(byte, 16))
  const [first = 0, ...rest] = bytes
  const wide = [first ^ 2, ...rest.slice(0, 2), 0xff, 0xfe, ...rest.slice(2)]
  const groups = [0, 2, 4, 6].map((at) =>
    (((wide[at] ?? 0) << 8) | (wide[at + 1] ?? 0)).toString(16),
  )
  return `fe80::${groups.join(':')}`
}
