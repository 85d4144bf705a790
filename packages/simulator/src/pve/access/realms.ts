import { parsePropertyString } from '@proxkit/schema'
import type { ConfigTree } from '../../engine/config-tree.js'
import { isTrue } from '../config-text.js'
import { decodeText, encodeText } from '../encoded-text.js'
import {
  formatSections,
  parseSections,
  type Section,
  type SectionConfig,
  type SectionFormat,
  type SectionOptions,
} from '../section-config.js'

/** A realm; its options as they are kept, the comment in plain text. */
export type Realm = Section

const path = 'domains.cfg'

const common: SectionOptions = optional('default comment')
const directory: SectionOptions = {
  ...common,
  ...optional(
    'server2 port secure sslversion tfa verify capath cert certkey base_dn bind_dn password user_attr filter',
    'sync_attributes user_classes group_dn group_name_attr group_filter group_classes sync-defaults-options mode',
    'case-sensitive',
  ),
  server1: {},
}

// pve-access-control Auth/{PVE,PAM,LDAP,AD,OpenId}.pm: options
export const realmFormat: SectionFormat = {
  types: {
    pve: { ...common, ...optional('tfa') },
    pam: { ...common, ...optional('tfa') },
    ldap: { ...directory, base_dn: {}, user_attr: {} },
    ad: { ...directory, domain: {} },
    openid: {
      ...common,
      'issuer-url': {},
      'client-id': {},
      ...optional(
        'client-key autocreate groups-claim groups-autocreate groups-overwrite prompt scopes acr-values audiences',
        'query-userinfo',
      ),
      'username-claim': { optional: true, fixed: true },
    },
  },
  kinds: {
    default: 'boolean',
    secure: 'boolean',
    verify: 'boolean',
    'case-sensitive': 'boolean',
    autocreate: 'boolean',
    'groups-autocreate': 'boolean',
    'groups-overwrite': 'boolean',
    'query-userinfo': 'boolean',
    port: 'integer',
  },
  header: (type, id) =>
    /^[A-Za-z][A-Za-z0-9.\-_]+$/.test(id) ? { type: type.toLowerCase(), id } : undefined,
}

/** The realms by name: those of `domains.cfg`, and the two that are always there. */
export function readRealms(config: ConfigTree): ReadonlyMap<string, Realm> {
  return config.parse(path, parseRealms).sections
}

export function writeRealms(config: ConfigTree, realms: Iterable<Realm>): void {
  const sections = [...realms].map(({ options: { comment, ...options }, ...realm }) => ({
    ...realm,
    options: { ...options, ...(comment !== undefined && { comment: encodeText(comment) }) },
  }))
  const byId = new Map(sections.map((section) => [section.id, section]))
  config.write(path, formatSections({ sections: byId, broken: [] }, realmFormat))
}

/** The kind of second factor that every user of a realm needs; undefined when there is none. */
export function enforcedFactor({ options: { tfa } }: Realm): string | undefined {
  return isTrue(tfa) ? parsePropertyString('pve-tfa-config', tfa).type : undefined
}

/** SHA-1 of the file, for optimistic locking. */
export function realmsDigest(config: ConfigTree): string {
  return config.digest(path)
}

/** pve-access-control Auth/Plugin.pm: parse_config */
function parseRealms(text: string): SectionConfig {
  const { sections, broken } = parseSections(text, realmFormat)
  const realms = new Map<string, Realm>()
  let hasDefault = false
  for (const [id, { type, options }] of sections) {
    const { default: isDefault, comment, ...others } = options
    realms.set(id, {
      id,
      type,
      options: {
        ...others,
        // Only one realm can be the default.
        ...(isDefault !== undefined &&
          !(hasDefault && isTrue(isDefault)) && { default: isDefault }),
        ...(comment !== undefined && { comment: decodeText(comment) }),
      },
    })
    hasDefault ||= isTrue(isDefault)
  }
  require('pve', 'Proxmox VE authentication server')
  require('pam', 'Linux PAM standard authentication')
  return { sections: realms, broken }

  function require(id: string, comment: string): void {
    const known = realms.get(id)?.options ?? {}
    const options = isTrue(known.comment) ? known : { ...known, comment }
    realms.set(id, { id, type: id, options })
  }
}

function optional(...names: readonly string[]): SectionOptions {
  return Object.fromEntries(
    names.flatMap((list) => list.split(' ')).map((name) => [name, { optional: true }]),
  )
}
