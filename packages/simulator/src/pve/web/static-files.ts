import type { Definition } from '@proxkit/schema'
import type { Reply } from '../../engine/http/reply.js'
import type { ServiceOptions } from '../../engine/http/service.js'
import { authorizePath } from '../access/openid.js'
import type { Cluster } from '../cluster.js'
import { releaseOf, type Release } from '../version.js'
import { formatApidoc } from './format-apidoc.js'
import { openidProvider } from './openid-provider.js'

/** Directories of the web interface, by where they are served. pve-manager pveproxy.pm: init */
const directories: Readonly<Record<string, string>> = {
  '/novnc/': '/usr/share/novnc-pve/',
  '/pve-docs/': '/usr/share/pve-docs/',
  '/pve-docs/api-viewer/': '/usr/share/pve-docs/api-viewer/',
  '/pve-docs/api-viewer/extjs/': '/usr/share/javascript/extjs/',
  '/pve2/css/': '/usr/share/pve-manager/css/',
  '/pve2/ext6/': '/usr/share/javascript/extjs/',
  '/pve2/fa/css/': '/usr/share/fonts-font-awesome/css/',
  '/pve2/fa/fonts/': '/usr/share/fonts-font-awesome/fonts/',
  '/pve2/font-logos/': '/usr/share/fonts-font-logos/',
  '/pve2/images/': '/usr/share/pve-manager/images/',
  '/pve2/js/': '/usr/share/pve-manager/js/',
  '/pve2/locale/': '/usr/share/pve-i18n/',
  '/pwt/css/': '/usr/share/javascript/proxmox-widget-toolkit/css/',
  '/pwt/images/': '/usr/share/javascript/proxmox-widget-toolkit/images/',
  '/pwt/themes/': '/usr/share/javascript/proxmox-widget-toolkit/themes/',
  '/xtermjs/': '/usr/share/pve-xtermjs/',
  '/yew-mobile/': '/usr/share/pve-yew-mobile-gui/',
  '/yew-mobile/i18n/': '/usr/share/pve-yew-mobile-i18n/',
}

const pages: Readonly<Record<string, string>> = {
  '/favicon.ico': '/usr/share/pve-manager/images/favicon.ico',
  '/proxmoxlib.js': '/usr/share/javascript/proxmox-widget-toolkit/proxmoxlib.js',
  '/qrcode.min.js': '/usr/share/javascript/qrcodejs/qrcode.min.js',
}

const apidocFile = '/usr/share/pve-docs/api-viewer/apidoc.js'

// pve-manager www/index.html.tpl: a client learns the version from the name of the page's script
const startPage = ({
  version,
}: Release): string => `<!doctype html><html lang="en"><meta charset="utf-8"><title>Proxkit simulator</title>
<body><h1>Proxkit simulator</h1><p>A simulated Proxmox cluster. Its API is under <code>/api2/json</code>.</p>
<!-- /pve2/js/pvemanagerlib.js?ver=${version} --></body></html>
`

/** Media types by the end of a name, and whether files of that type are sent as they are. */
const mediaTypes: Readonly<Record<string, readonly [type: string, isCompressed?: true]>> = {
  css: ['text/css'],
  html: ['text/html'],
  js: ['application/javascript'],
  json: ['application/json'],
  map: ['application/json'],
  png: ['image/png', true],
  ico: ['image/x-icon', true],
  gif: ['image/gif', true],
  svg: ['image/svg+xml'],
  jar: ['application/java-archive', true],
  woff: ['application/font-woff', true],
  woff2: ['application/font-woff2', true],
  ttf: ['application/font-snft', true],
  pdf: ['application/pdf', true],
  epub: ['application/epub+zip', true],
  mp3: ['audio/mpeg', true],
  oga: ['audio/ogg', true],
  tgz: ['application/x-compressed-tar', true],
  wasm: ['application/wasm'],
  mo: ['application/x-gettext-translation'],
  gz: ['application/gzip', true],
}

const startFile = '/usr/share/pve-manager/index.html.tpl'

/**
 * What a browser finds outside of the API: a start page, the description of the API, which generators of clients read,
 * and files that a seed put where the web interface would be. The web interface itself is not there: its files are
 * missing as they would be from a damaged installation.
 *
 * pve-http-server AnyEvent.pm: handle_request, send_file_start
 */
export function createStaticFiles(
  definition: Definition,
  cluster: Cluster,
): NonNullable<ServiceOptions['staticFile']> {
  let apidoc: string | undefined
  return ({ path, query, node }) => {
    if (path === authorizePath) return openidProvider(cluster, new URLSearchParams(query))
    const { files, bootTime } = cluster.node(node)
    if (path === '/') {
      const body = files[startFile] ?? startPage(releaseOf(cluster))
      return { status: 200, reason: 'OK', contentType: 'text/html; charset=utf-8', body }
    }
    const file = fileOf(path)
    if (file === undefined) return undefined
    const content =
      files[file] ?? (file === apidocFile ? (apidoc ??= formatApidoc(definition)) : undefined)
    if (content === undefined) {
      return failure(`unable to open file '${file}' - No such file or directory\n`)
    }
    const [contentType, isCompressed] = mediaTypes[/\.([^.]*)$/.exec(file)?.[1] ?? ''] ?? []
    if (contentType === undefined) {
      const place = 'at /usr/share/perl5/PVE/APIServer/AnyEvent.pm line 501.'
      return failure(`unable to detect content type ${place}\n`)
    }
    return {
      status: 200,
      reason: 'OK',
      contentType,
      lastModified: bootTime,
      body: content,
      ...(isCompressed && { encoding: 'none' }),
    }
  }
}

function failure(message: string): Reply {
  return { status: 500, reason: message, body: message }
}

function fileOf(path: string): string | undefined {
  if (Object.hasOwn(pages, path)) return pages[path]
  const [, directory = '', name = ''] = /^(\/\S+\/)([a-zA-Z0-9\-_.]+)$/.exec(path) ?? []
  return Object.hasOwn(directories, directory) ? `${directories[directory]}${name}` : undefined
}
