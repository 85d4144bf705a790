import { invalidParameters } from '../../engine/fault.js'
import type { Handler } from '../../engine/handle.js'
import { isTrue, splitList } from '../config-text.js'
import { requireDigest } from '../require-digest.js'
import { parameterSchemas } from '../stored/collection.js'
import { stored, text, type StoredContext } from '../stored/stored-handler.js'
import { listDigest, openFirewall, saveFirewall, type FileScope } from './firewall-file.js'
import { optionData } from './options.js'

interface Settings {
  readonly path: string
  readonly scope: FileScope
  /** Throws when the caller may not. */
  readonly authorize?: (context: StoredContext, changes: boolean) => void
}

const general: ReadonlySet<string> = new Set(['node', 'vmid', 'vnet', 'delete', 'digest'])

// pve-firewall API2/Firewall: Cluster.pm, Host.pm, VM.pm, Vnet.pm: get_options, set_options
export function settingHandlers({ path, scope, authorize }: Settings): Handler[] {
  const known = (): string[] =>
    Object.keys(parameterSchemas([path])).filter((name) => !general.has(name))
  return [
    stored('GET', path, (context) => {
      authorize?.(context, false)
      const data = optionData(openFirewall(context, scope).own.options)
      return { ...data, digest: listDigest([data]) }
    }),
    stored('PUT', path, (context) => {
      authorize?.(context, true)
      const file = openFirewall(context, scope)
      const { params } = context
      requireDigest(listDigest([optionData(file.own.options)]), text(params, 'digest'))
      const options = { ...file.own.options }
      const names = known()
      for (const name of splitList(text(params, 'delete'))) {
        if (!names.includes(name)) {
          throw invalidParameters({ delete: `no such option '${name}'` })
        }
        delete options[name]
      }
      for (const name of names) {
        const value = params[name]
        if (typeof value === 'string') options[name] = settingOf(name, value, { context, scope })
      }
      saveFirewall(context, file, { options })
    }),
  ]
}

function settingOf(
  name: string,
  value: string,
  { context, scope }: { readonly context: StoredContext; readonly scope: FileScope },
): string {
  if (name !== 'enable') return value
  // The cluster's firewall is switched on for trial: the time tells when that began.
  if (scope === 'cluster') return Number(value) > 1 ? String(context.cluster.now()) : value
  return isTrue(value) ? '1' : '0'
}
