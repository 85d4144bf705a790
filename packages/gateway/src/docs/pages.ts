import { type DefinitionId, productNames } from '@proxkit/schema'
import type { ServedVersion } from './documents.js'

interface Page {
  readonly id: DefinitionId
  /** Empty, or `/clusters/name`. */
  readonly prefix: string
}

const page = (
  { id, prefix }: Page,
  { head, body }: { readonly head: string; readonly body: string },
): string => `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${productNames[id.product]} ${id.version} API</title>
<link rel="icon" href="${prefix}/docs/assets/favicon-32x32.png">
${head}
</head>
<body>
${body}
</body>
</html>
`

/** Swagger UI, and above it a login whose ticket its calls then carry. */
export const docsPage = (given: Page): string =>
  page(given, {
    head: `<link rel="stylesheet" href="${given.prefix}/docs/assets/swagger-ui.css">
<style>
body { margin: 0 }
#login { display: flex; gap: .5rem; align-items: center; padding: .6rem 20px; background: #1b1b1b; color: #fff; font: 14px sans-serif }
#login input, #login button { font: inherit; padding: .3rem .5rem }
</style>`,
    body: `<form id="login" method="post">
<label>User <input name="username" value="root@pam" autocomplete="username" required></label>
<label>Password <input name="password" type="password" autocomplete="current-password" required></label>
<button>Log in</button>
<output id="who">not logged in</output>
</form>
<div id="swagger-ui"></div>
<script src="${given.prefix}/docs/assets/swagger-ui-bundle.js"></script>
<script src="${given.prefix}/docs/assets/swagger-ui-standalone-preset.js"></script>
<script src="${given.prefix}/docs/start.js"></script>`,
  })

// pve-http-server Formatter.pm, proxmox-backup src/auth.rs, pmg-api PMG/HTTPServer.pm
const cookies = {
  pve: 'PVEAuthCookie',
  pbs: 'PBSAuthCookie',
  pmg: 'PMGAuthCookie',
  pdm: '__Host-PDMAuthCookie',
} as const

/** Starts Swagger UI. A ticket travels in a cookie of this page, its CSRF token in a header of every writing call. */
export const docsScript = ({
  id,
  documents,
}: {
  readonly id: DefinitionId
  readonly documents: readonly ServedVersion[]
}): string => `'use strict'
const documents = ${JSON.stringify(documents)}
const served = documents.find((one) => one.served)
const root = served.openapi.replace('/openapi.json', '')
let csrfToken
const ui = SwaggerUIBundle({
  dom_id: '#swagger-ui',
  urls: documents.map(({ openapi, version, served }) => ({
    url: openapi,
    name: version + (served ? ' (served)' : ''),
  })),
  'urls.primaryName': served.version + ' (served)',
  layout: 'StandaloneLayout',
  presets: [SwaggerUIBundle.presets.apis, SwaggerUIStandalonePreset],
  plugins: [SwaggerUIBundle.plugins.DownloadUrl],
  docExpansion: 'none',
  deepLinking: true,
  filter: true,
  validatorUrl: null,
  requestInterceptor(request) {
    if (csrfToken && request.method && request.method !== 'GET') {
      request.headers.CSRFPreventionToken = csrfToken
    }
    return request
  },
})
const form = document.getElementById('login')
const who = document.getElementById('who')
form.addEventListener('submit', async (event) => {
  event.preventDefault()
  const answer = await fetch(root + '/access/ticket', {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(Object.fromEntries(new FormData(form))),
  })
  const body = await answer.json()
  if (!answer.ok || !body.ticket || body.NeedTFA) {
    who.textContent = body.NeedTFA ? 'a second factor is needed: use an API token' : body.detail
    return
  }
  document.cookie = ${JSON.stringify(cookies[id.product])} + '=' + encodeURIComponent(body.ticket) + '; path=/; samesite=strict' + (location.protocol === 'https:' ? '; secure' : '')
  csrfToken = body.CSRFPreventionToken
  form.password.value = ''
  who.textContent = 'logged in as ' + body.username
})
window.ui = ui
`

export const redocPage = (given: Page): string =>
  page(given, {
    head: '<style>body { margin: 0 }</style>',
    body: `<div id="redoc"></div>
<script src="${given.prefix}/redoc/redoc.js"></script>
<script src="${given.prefix}/redoc/start.js"></script>`,
  })

export const redocScript = (prefix: string): string => `'use strict'
Redoc.init('${prefix}/openapi.json' + location.search, { scrollYOffset: 0 }, document.getElementById('redoc'))
`
