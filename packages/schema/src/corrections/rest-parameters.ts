import type { Product } from '../model.js'

/** Path templates whose last placeholder takes all that is left of the path, slashes included. */
export const restParameters: Readonly<Record<Product, ReadonlySet<string>>> = {
  pve: new Set([
    // pve-storage PVE/API2/Storage/Status.pm: fragmentDelimiter, since a volume id may hold a slash
    '/nodes/{node}/storage/{storage}/content/{volume}',
    // pve-firewall PVE/API2/Firewall/IPSet.pm: fragmentDelimiter, since a CIDR address holds a slash
    '/cluster/firewall/ipset/{name}/{cidr}',
    '/nodes/{node}/lxc/{vmid}/firewall/ipset/{name}/{cidr}',
    '/nodes/{node}/qemu/{vmid}/firewall/ipset/{name}/{cidr}',
  ]),
  pbs: new Set(),
  // pmg-api PMG/API2/Config.pm: fragmentDelimiter, since a CIDR address holds a slash
  pmg: new Set(['/config/mynetworks/{cidr}']),
  pdm: new Set(),
}
