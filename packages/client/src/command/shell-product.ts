/** The products that have a command for their API; the others are reached over HTTPS alone. */
export type ShellProduct = 'pve' | 'pmg'

/** How the command of a product is called. */
export interface ShellProfile {
  readonly product: ShellProduct
  readonly program: string
  /** What comes after the parameters. */
  readonly tail: readonly string[]
}

const profiles: Readonly<Record<ShellProduct, ShellProfile>> = {
  // pve-manager PVE/CLI/pvesh.pm
  pve: { product: 'pve', program: 'pvesh', tail: ['--output-format', 'json'] },
  // pmg-api src/bin/pmgsh: prints JSON always, and has no option for it
  pmg: { product: 'pmg', program: 'pmgsh', tail: [] },
}

/** Throws where a program without types asks for a product that has no such command. */
export const shellProfile = (product: string = 'pve'): ShellProfile => {
  if (product === 'pve' || product === 'pmg') return profiles[product]
  throw new TypeError(
    `product '${product}' has no command for its API, so it cannot be reached through a shell: ` +
      'only pve (pvesh) and pmg (pmgsh) can. Use host or url, which is HTTPS',
  )
}
