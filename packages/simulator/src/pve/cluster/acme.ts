import { invalidParameters } from '../../engine/fault.js'
import type { Handler } from '../../engine/handle.js'
import { collection } from '../stored/collection.js'
import { optionsOf } from '../stored/option-names.js'
import { stored, text } from '../stored/stored-handler.js'

const accounts = 'priv/acme'

// pve-manager API2/ACMEAccount.pm: account_index
const accountList = stored('GET', '/cluster/acme/account', ({ cluster }) =>
  [...cluster.config.list(accounts)]
    .filter((name) => name !== 'plugins.cfg')
    .toSorted()
    .map((name) => ({ name })),
)

// pve-manager API2/ACMEAccount.pm: get_account
const account = stored('GET', '/cluster/acme/account/{name}', ({ params, cluster }) => {
  const name = text(params, 'name') || 'default'
  const content = cluster.config.read(`${accounts}/${name}`)
  if (content === undefined) {
    throw invalidParameters({ name: `ACME account config file '${name}' does not exist.` })
  }
  const { account: data, directory, location, tos }: Record<string, unknown> = JSON.parse(content)
  return { account: data, directory, location, tos }
})

// pve-manager API2/ACMEAccount.pm: get_directories
const directories = stored('GET', '/cluster/acme/directories', () => [
  { name: "Let's Encrypt V2", url: 'https://acme-v02.api.letsencrypt.org/directory' },
  {
    name: "Let's Encrypt V2 Staging",
    url: 'https://acme-staging-v02.api.letsencrypt.org/directory',
  },
])

// pve-manager API2/ACMEPlugin.pm
const plugins = collection({
  file: 'priv/acme/plugins.cfg',
  path: '/cluster/acme/plugins',
  id: 'id',
  types: {
    dns: optionsOf('api', 'data nodes disable validation-delay'),
    standalone: optionsOf('', 'nodes disable'),
  },
  builtIn: [{ id: 'standalone', type: 'standalone', options: {} }],
  texts: {
    missing: (id) => `ACME plugin '${id}' not defined`,
    unknown: (id) => `ACME plugin ID '${id}' does not exist`,
    exists: (id) => `ACME plugin ID '${id}' already exists`,
  },
  maySee: ({ params }, { type }) => params.type === undefined || params.type === type,
  show: ({ id, ...data }, { params }, isListed) => ({
    ...data,
    plugin: isListed ? id : text(params, 'id'),
  }),
})

export const acmeHandlers: readonly Handler[] = [accountList, account, directories, ...plugins]
