import type { Product } from '../model.js'

interface Place {
  /** Where the API viewer finds the description. */
  readonly apidoc: string
  readonly port: string
}

export const places: Readonly<Record<Product, Place>> = {
  // pve-manager PVE/Service/pveproxy.pm: add_dirs
  pve: { apidoc: '/pve-docs/api-viewer/apidoc.js', port: '8006' },
  // proxmox-backup src/bin/proxmox-backup-proxy.rs: the alias docs
  pbs: { apidoc: '/docs/api-viewer/apidoc.js', port: '8007' },
  // pmg-api PMG/Service/pmgproxy.pm: add_dirs
  pmg: { apidoc: '/pmg-docs/api-viewer/apidoc.js', port: '8006' },
  // proxmox-datacenter-manager server/src/bin/proxmox-datacenter-api/main.rs: the alias docs
  pdm: { apidoc: '/docs/api-viewer/apidoc.js', port: '8443' },
}

/** The URL below which a server has its pages, with a slash at the end. Throws `TypeError` where it is none. */
export function parseServer(server: string, product: Product = 'pve'): URL {
  const hasScheme = /^[a-z][a-z\d+.-]*:\/\//i.test(server)
  const text = hasScheme ? server : `https://${server}`
  if (!URL.canParse(text) || !/^https?:/i.test(text) || server === '') {
    throw new TypeError(`'${server}' is not a server: give a URL such as https://pve1:8006`)
  }
  const url = new URL(text)
  if (url.username !== '' || url.password !== '') {
    throw new TypeError('no login is needed to pull a definition: leave it out of the URL')
  }
  if (!hasScheme && !/:\d+$/.test(url.host)) url.port = places[product].port
  url.search = ''
  url.hash = ''
  url.pathname = url.pathname.replace(viewer, '/')
  if (!url.pathname.endsWith('/')) url.pathname += '/'
  return url
}

/** What the viewer of any product is at, so that its address will do for that of the server. */
const viewer = /\/(?:pve-|pmg-)?docs\/api-viewer(?:\/(?:index\.html|apidoc\.js)?)?$/
