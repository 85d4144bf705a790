import { parseCount, parseHosts, parseKey, parseNetworks } from './parsers.js'
import type { Setting } from './settings.js'

const flag = (text: string): Setting['flags'] => ({ simulate: text, gateway: text })

/** Settings of `/codegen`, which makes definitions of what servers tell of their API. */
export const codegenSettings: readonly Setting[] = [
  {
    name: 'codegen-key',
    flags: flag('--codegen-key <key>'),
    description: 'key for /codegen, of 8 characters or more (default: nobody may generate)',
    parse: parseKey,
  },
  {
    name: 'codegen-sources',
    flags: flag('--codegen-sources <hosts>'),
    description:
      'hosts, with commas, that definitions may be fetched from; with a port if it is another than 443',
    preset: 'pve.proxmox.com,pbs.proxmox.com,pmg.proxmox.com,pdm.proxmox.com',
    parse: parseHosts,
  },
  {
    name: 'codegen-networks',
    flags: flag('--codegen-networks <networks>'),
    description:
      'networks, with commas, that those hosts may be in although they are not public, such as 10.1.0.0/16',
    parse: parseNetworks,
  },
  {
    name: 'codegen-ca',
    flags: flag('--codegen-ca <file>'),
    description:
      'certificates, in PEM form, of who may vouch for those hosts beside the public authorities',
  },
  {
    name: 'codegen-generate-limit',
    flags: flag('--codegen-generate-limit <calls>'),
    description: 'how often in an hour an address may generate',
    preset: 1,
    parse: parseCount,
  },
  {
    name: 'codegen-read-limit',
    flags: flag('--codegen-read-limit <calls>'),
    description: 'how often in an hour an address may read each kind of what was generated',
    preset: 5,
    parse: parseCount,
  },
]
