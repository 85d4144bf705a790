import { serviceState } from '../pve/nodes/service-states.js'
import { handleRest, needText, type RestContext, type RestHandler } from '../rest/context.js'
import { bad } from '../rest/rest-fault.js'

const path = '/nodes/{node}/services'

// proxmox-backup src/api2/node/services.rs: SERVICE_NAME_LIST
const services: ReadonlyMap<string, string> = new Map([
  ['proxmox-backup', 'Proxmox Backup API Server'],
  ['proxmox-backup-proxy', 'Proxmox Backup API Proxy Server'],
  ['sshd', 'OpenBSD Secure Shell server'],
  ['systemd-journald', 'Journal Service'],
  ['cron', 'Regular background program processing daemon'],
  ['postfix', 'Postfix Mail Transport Agent (instance -)'],
  ['chrony', 'chrony, an NTP client/server'],
])

const list = handleRest('GET', path, (context) =>
  [...services.keys()].map((service) => row(context, service)),
)

const state = handleRest('GET', `${path}/{service}/state`, (context) =>
  row(context, knownService(context)),
)

const commands = (['start', 'stop', 'restart', 'reload'] as const).map((command) =>
  handleRest('POST', `${path}/{service}/${command}`, (context) => {
    const { cluster, node, startTask } = context
    const service = knownService(context)
    return startTask(`srv${command}`, service, () => {
      // Without it nobody could start anything again.
      if (command === 'stop' && service === 'proxmox-backup') {
        throw new Error(
          `invalid service cmd '${service} ${command}' cannot stop essential service!`,
        )
      }
      serviceState(cluster, node).set(service, command !== 'stop')
    })
  }),
)

export const serviceHandlers: readonly RestHandler[] = [list, state, ...commands]

function knownService(context: RestContext): string {
  const service = needText(context.params, 'service')
  if (!services.has(service)) throw bad(`unknown service name '${service}'`)
  return service
}

function row(context: RestContext, service: string): Record<string, unknown> {
  const { cluster, node } = context
  const isRunning = serviceState(cluster, node).get(service)
  return {
    service,
    name: service === 'postfix' ? 'postfix@-' : service,
    desc: services.get(service),
    state: isRunning ? 'running' : 'dead',
    'unit-state': 'enabled',
  }
}
