import type { ConfigTree } from '../../engine/config-tree.js'

const path = 'priv/shadow.cfg'

/** The hash that a file of the product has for a user of the realm `pve`; passwords set since are not kept there. */
export function readShadowHash(config: ConfigTree, name: string): string | undefined {
  return config.parse(path, parseShadow).get(name)
}

export function removeShadowHash(config: ConfigTree, name: string): void {
  const hashes = new Map(config.parse(path, parseShadow))
  if (!hashes.delete(name)) return
  config.write(path, [...hashes].map(([user, hash]) => `${user}:${hash}:\n`).join(''))
}

/** pve-access-control Auth/PVE.pm: parse_shadow_passwd */
function parseShadow(text: string): ReadonlyMap<string, string> {
  const hashes = new Map<string, string>()
  for (const line of text.split('\n')) {
    const [, name, hash] = /^\s*([^\s:]+):([^\s:]+):\s*$/.exec(line) ?? []
    if (name !== undefined && hash !== undefined) hashes.set(name, hash)
  }
  return hashes
}
