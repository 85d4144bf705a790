import { Fault } from '../../engine/fault.js'
import { handle, type Handler } from '../../engine/handle.js'
import { collection, parameterSchemas } from '../stored/collection.js'
import { optionsOf } from '../stored/option-names.js'
import { schemaFormat, SectionFile } from '../stored/section-file.js'
import { stored } from '../stored/stored-handler.js'
import type { Section } from '../section-config.js'

const file = 'notifications.cfg'
const root = '/cluster/notifications'

/** What every installation has without writing it down. */
const builtIn: readonly Section[] = [
  {
    id: 'mail-to-root',
    type: 'sendmail',
    options: {},
    lists: { 'mailto-user': ['root@pam'] },
  },
  {
    id: 'default-matcher',
    type: 'matcher',
    options: { mode: 'all' },
    lists: { target: ['mail-to-root'] },
  },
]

const types = {
  sendmail: optionsOf('', 'author comment disable from-address mailto mailto-user'),
  gotify: optionsOf('server', 'comment disable'),
  smtp: optionsOf(
    'from-address server',
    'author comment disable mailto mailto-user mode port username auth-method',
  ),
  webhook: optionsOf('method url', 'body comment disable header secret'),
  matcher: optionsOf(
    '',
    'comment disable invert-match match-calendar match-field match-severity mode target',
  ),
}

const secrets: Readonly<Record<string, string>> = { gotify: 'token', smtp: 'password' }

type Kind = keyof typeof types

/** The sections of one type in the file that all share. */
function notificationHandlers(kind: Kind): Handler[] {
  const isMatcher = kind === 'matcher'
  const noun = isMatcher ? 'matcher' : 'endpoint'
  const missing = (id: string): Fault => new Fault(404, `${noun} '${id}' not found`, { bare: true })
  const secret = secrets[kind]
  return collection({
    file,
    path: isMatcher ? `${root}/matchers` : `${root}/endpoints/${kind}`,
    id: 'name',
    types,
    onlyOfType: kind,
    ...(secret !== undefined && {
      secret: { name: secret, file: (id: string) => `priv/notifications/${id}.${secret}` },
    }),
    builtIn,
    texts: {
      missing,
      unknown: missing,
      exists: (id) =>
        new Fault(400, `Cannot create '${id}', an entity with the same name already exists`, {
          bare: true,
        }),
    },
    deletesUnknown: missing,
    hidesType: true,
    show: (data, { params }, isListed) => {
      const name = isListed ? String(data.name) : String(params.name)
      return { ...data, name, origin: originOf(name) }
    },
  })
}

function originOf(name: string): string {
  return builtIn.some(({ id }) => id === name) ? 'builtin' : 'user-created'
}

const kinds: readonly Kind[] = ['sendmail', 'gotify', 'smtp', 'webhook']

const all = new SectionFile(file, () =>
  schemaFormat(
    types,
    parameterSchemas([...kinds.map((kind) => `${root}/endpoints/${kind}`), `${root}/matchers`]),
  ),
)

const endpointList = (config: Parameters<SectionFile['sections']>[0]): Section[] =>
  [
    ...new Map([...builtIn.map((one) => [one.id, one] as const), ...all.sections(config)]).values(),
  ].filter(({ type }) => type !== 'matcher')

// pve-manager API2/Cluster/Notifications.pm: get_all_targets
const targets = stored('GET', `${root}/targets`, ({ cluster }) =>
  endpointList(cluster.config).map(({ id, type, options }) => ({
    name: id,
    type,
    origin: originOf(id),
    ...(options.comment !== undefined && { comment: options.comment }),
    ...(options.disable !== undefined && { disable: Number(options.disable) }),
  })),
)

// pve-manager API2/Cluster/Notifications.pm: get_matcher_field_values
const fieldValues = handle(
  'GET',
  `${root}/matcher-field-values`,
  async ({ cluster, rights, call }) => {
    const mayAudit = rights.has('/', 'Sys.Audit')
    const jobs = [
      ...(mayAudit ? listOf(await call('GET /cluster/backup', {})) : []),
      ...listOf(await call('GET /cluster/replication', {})),
    ]
    return [
      ...messageTypes.map((value) => ({ field: 'type', value })),
      ...jobs.map((job) => {
        const { id, comment = null } = Object(job)
        return { field: 'job-id', value: id, comment }
      }),
      ...cluster.nodeNames().map((value) => ({ field: 'hostname', value })),
    ]
  },
)

/** What messages are about. */
const messageTypes = ['package-updates', 'fencing', 'replication', 'vzdump', 'system-mail']

function listOf(answer: unknown): readonly unknown[] {
  return Array.isArray(answer) ? answer : []
}

export const notificationHandlersOfCluster: readonly Handler[] = [
  targets,
  fieldValues,
  ...kinds.flatMap(notificationHandlers),
  ...notificationHandlers('matcher'),
]
