import { type DefinitionId, productNames } from '@proxkit/schema'

interface Page {
  readonly id: DefinitionId
  /** Empty, or `/clusters/name`. */
  readonly prefix: string
}

// pve-http-server Formatter.pm, proxmox-backup src/auth.rs, pmg-api PMG/HTTPServer.pm
const cookies = {
  pve: 'PVEAuthCookie',
  pbs: 'PBSAuthCookie',
  pmg: 'PMGAuthCookie',
  pdm: '__Host-PDMAuthCookie',
} as const

const page = (
  { id, prefix }: Page,
  { head, body }: { readonly head: string; readonly body: string },
): string => `<!doctype html>
<html lang="en" data-prefix="${prefix}" data-cookie="${cookies[id.product]}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${productNames[id.product]} ${id.version} API</title>
<link rel="icon" href="/start/icon.svg" type="image/svg+xml">
<style>
body { margin: 0 }
.bar { display: flex; flex-wrap: wrap; gap: .5rem 1rem; align-items: center; padding: .6rem 20px; background: #16202c; color: #fff; font: 14px system-ui, sans-serif }
.bar a { color: #5eead4; font-weight: 600 }
.bar label { display: flex; gap: .5rem; align-items: center }
.bar input, .bar button, .bar select { font: inherit; padding: .3rem .5rem }
</style>
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
    head: `<link rel="stylesheet" href="${given.prefix}/docs/assets/swagger-ui.css">`,
    body: `<form id="login" class="bar" method="post">
<a href="/">Proxkit</a>
<label>User <input id="username" name="username" value="root@pam" autocomplete="username" required></label>
<label>Password <input id="password" name="password" type="password" autocomplete="current-password" required></label>
<button>Log in</button>
<output id="who">not logged in</output>
</form>
<div id="swagger-ui"></div>
<script src="${given.prefix}/docs/assets/swagger-ui-bundle.js"></script>
<script src="${given.prefix}/docs/assets/swagger-ui-standalone-preset.js"></script>
<script type="module" src="/start/docs.js"></script>`,
  })

/** Redoc, and above it the choice of what it draws. */
export const redocPage = (given: Page): string =>
  page(given, {
    head: '',
    body: `<div class="bar">
<a href="/">Proxkit</a>
<label>Part of the API <select id="part"></select></label>
</div>
<div id="redoc"></div>
<script src="${given.prefix}/redoc/redoc.js"></script>
<script type="module" src="/start/redoc.js"></script>`,
  })
