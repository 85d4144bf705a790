import { handle, type Handler } from '../../engine/handle.js'
import { collection } from '../stored/collection.js'
import { optionsOf } from '../stored/option-names.js'
import { text } from '../stored/stored-handler.js'
import { acmeAccountHandlers } from './acme-accounts.js'
import { authorities, authorityMeta, defaultDirectory } from './acme-authority.js'

// pve-manager API2/ACMEAccount.pm: get_directories
const directories = handle('GET', '/cluster/acme/directories', () => [...authorities])

// pve-manager API2/ACMEAccount.pm: get_tos
const tos = handle(
  'GET',
  '/cluster/acme/tos',
  ({ params: { directory = defaultDirectory } }) => authorityMeta(directory).termsOfService,
)

// pve-manager API2/ACMEAccount.pm: get_meta
const meta = handle('GET', '/cluster/acme/meta', ({ params: { directory = defaultDirectory } }) =>
  authorityMeta(directory),
)

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
  // proxmox-acme PVE/ACME/Challenge.pm: the file keeps these in Base64, the API shows what they say.
  show: ({ id, data: secrets, ...data }, { params }, isListed) => ({
    ...data,
    ...(typeof secrets === 'string' && { data: Buffer.from(secrets, 'base64').toString() }),
    plugin: isListed ? id : text(params, 'id'),
  }),
})

export const acmeHandlers: readonly Handler[] = [
  ...acmeAccountHandlers,
  directories,
  tos,
  meta,
  ...plugins,
]
