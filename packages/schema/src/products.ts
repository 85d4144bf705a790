import type { Product } from './model.js'

/** The products of Proxmox that have an API. */
export const products: readonly Product[] = ['pve', 'pbs', 'pmg', 'pdm']
