import { failed, faultText, invalidParameters } from '../../engine/fault.js'
import { handle, type Handler } from '../../engine/handle.js'
import type { Cluster } from '../cluster.js'
import { splitList } from '../config-text.js'
import { authorityMeta, defaultDirectory, newAccount, newAccountUrl } from './acme-authority.js'

const folder = 'priv/acme'
const path = '/cluster/acme/account'

/** An account as its file keeps it; the simulated authority asks for no key. proxmox-acme PVE/ACME.pm: save */
interface AccountFile {
  readonly account: Readonly<Record<string, unknown>>
  readonly directory: string
  readonly location: string
  readonly tos?: string
}

// pve-manager API2/ACMEAccount.pm: account_index
const list = handle('GET', path, ({ cluster }) =>
  [...cluster.config.list(folder)]
    .filter((name) => name !== 'plugins.cfg')
    .toSorted()
    .map((name) => ({ name })),
)

// pve-manager API2/ACMEAccount.pm: get_account
const read = handle('GET', `${path}/{name}`, ({ params: { name }, cluster }) => {
  requireAccount(cluster, name)
  const { account, directory, location, tos } = readAccount(cluster, name)
  return { account, directory, location, tos: tos ?? null }
})

// pve-manager API2/ACMEAccount.pm: register_account
const register = handle('POST', path, ({ params, cluster, clock, startTask }) => {
  const { name = 'default', directory = defaultDirectory, tos_url: tos } = params
  const taken = `ACME account config file '${name}' already exists.`
  if (cluster.config.has(fileOf(name))) throw invalidParameters({ name: taken })
  return startTask('acmeregister', '', (task) => {
    if (cluster.config.has(fileOf(name))) throw failed(taken)
    task.log('Generating ACME account key..', 'Registering ACME account..')
    try {
      authorityMeta(directory)
    } catch (error) {
      throw failed(`Registration failed: ${faultText(error)}`)
    }
    const location = newAccountUrl(directory)
    const account = newAccount(new Date(clock.now()))
    writeAccount(cluster, name, { account, directory, location, ...(tos && { tos }) })
    task.log(`Registration successful, account URL: '${location}'`)
  })
})

// pve-manager API2/ACMEAccount.pm: update_account
const update = handle('PUT', `${path}/{name}`, ({ params, cluster, startTask }) => {
  requireAccount(cluster, params.name)
  const hasContact = splitList(params.contact ?? '').length > 0
  return startTask(hasContact ? 'acmeupdate' : 'acmerefresh', '', () => {
    authorityMeta(presentAccount(cluster, params.name).directory)
  })
})

// pve-manager API2/ACMEAccount.pm: deactivate_account
const deactivate = handle(
  'DELETE',
  `${path}/{name}`,
  ({ params: { name }, cluster, startTask }) => {
    requireAccount(cluster, name)
    return startTask('acmedeactivate', '', (task) => {
      const present = presentAccount(cluster, name)
      authorityMeta(present.directory)
      const account = { ...present.account, status: 'deactivated' }
      writeAccount(cluster, name, { ...present, account })
      const kept = Array.from({ length: 101 }, (_, slot) => `_deactivated_${name}_${slot}`).find(
        (candidate) => !cluster.config.has(fileOf(candidate)),
      )
      const file = `/etc/pve/${fileOf(name)}`
      if (kept === undefined) {
        task.warn(`No free slot to rename deactivated account file '${file}', leaving in place`)
        return
      }
      task.log(`Renaming account file from '${file}' to '/etc/pve/${fileOf(kept)}'`)
      cluster.config.move(fileOf(name), fileOf(kept))
    })
  },
)

export const acmeAccountHandlers: readonly Handler[] = [list, read, register, update, deactivate]

function fileOf(name: string): string {
  return `${folder}/${name}`
}

function missing(name: string): string {
  return `ACME account config file '${name}' does not exist.`
}

function requireAccount({ config }: Cluster, name: string): void {
  if (!config.has(fileOf(name))) throw invalidParameters({ name: missing(name) })
}

/** The account when the task comes to it. */
function presentAccount(cluster: Cluster, name: string): AccountFile {
  if (!cluster.config.has(fileOf(name))) throw failed(missing(name))
  return readAccount(cluster, name)
}

function readAccount({ config }: Cluster, name: string): AccountFile {
  return JSON.parse(config.read(fileOf(name)) ?? '{}')
}

function writeAccount({ config }: Cluster, name: string, account: AccountFile): void {
  config.write(fileOf(name), `${JSON.stringify(account)}\n`)
}
