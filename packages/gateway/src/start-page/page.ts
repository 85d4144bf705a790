import { type DefinitionId, productNames } from '@proxkit/schema'
import type { GatewayContext } from '../gateway-context.js'

export interface StartPage extends Pick<GatewayContext, 'clusters' | 'mode'> {
  readonly id: DefinitionId
  readonly showsCluster: boolean
}

/** The start of the gateway for people: what is behind it, where the rest is, and the cluster where it is simulated. */
export const startPage = ({ clusters, mode, id, showsCluster }: StartPage): string => {
  const product = `${productNames[id.product]} ${id.version}`
  const title = `${product}, ${mode === 'simulate' ? 'simulated' : 'real'}`
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>${escapeHtml(title)} – Proxkit</title>
<link rel="icon" href="/start/icon.svg" type="image/svg+xml">
<link rel="stylesheet" href="/start/start.css">
${showsCluster ? '<script type="module" src="/start/start.js"></script>' : ''}
</head>
<body>
<header>
<p class="brand"><img src="/start/icon.svg" alt="" width="28" height="28"> Proxkit</p>
<div class="heading"><h1>${escapeHtml(product)}</h1> ${modeBadge(mode)}</div>
<nav aria-label="The gateway"><ul>
${links.map(({ href, name, about }) => `<li><a href="${href}">${name}<small>${about}</small></a></li>`).join('\n')}
</ul></nav>
</header>
<main>
${clusters.length > 1 ? clusterLinks(clusters) : ''}
${showsCluster ? clusterView : ''}
</main>
<footer><p>${operatorLinks.map((href) => `<a href="${href}">${href}</a>`).join(' ')}</p></footer>
</body>
</html>
`
}

const links = [
  { href: '/docs', name: 'Try it out', about: 'every call, in Swagger UI' },
  { href: '/redoc', name: 'Read it', about: 'the whole API, in Redoc' },
  { href: '/openapi.json', name: 'OpenAPI', about: 'the description as JSON' },
  { href: '/openapi.yaml', name: 'YAML', about: 'the same as YAML' },
]

const operatorLinks = ['/versions', '/mode', '/health', '/ready', '/metrics']

const modeBadge = (mode: StartPage['mode']): string =>
  mode === 'simulate'
    ? '<span class="badge simulated">simulated</span>'
    : '<span class="badge real">a real server</span>'

const clusterLinks = (clusters: StartPage['clusters']): string => `<section>
<h2>Clusters</h2>
<ul class="clusters">
${clusters
  .map(({ name, definition }) => {
    const place = `/clusters/${encodeURIComponent(name)}`
    const { product, version } = definition.id
    return `<li><strong>${escapeHtml(name)}</strong> ${escapeHtml(`${productNames[product]} ${version}`)}
<a href="${place}/docs">Try it out</a> <a href="${place}/redoc">Read it</a></li>`
  })
  .join('\n')}
</ul>
</section>`

/** What the script fills; without a login it shows nothing but the form. */
const clusterView = `<noscript><p class="notice">The cluster is shown by a script, and scripts are off here. The links above need none.</p></noscript>
<form id="login" class="panel" hidden>
<h2>Log in to see the cluster</h2>
<p>It has users of its own. <code>proxkit simulate</code> prints the password of the first of them when it starts.</p>
<div class="fields">
<label>User <input id="username" name="username" value="root@pam" autocomplete="username" autocapitalize="none" spellcheck="false" required></label>
<label>Password <input id="password" name="password" type="password" autocomplete="current-password" required></label>
<button class="primary">Log in</button>
</div>
<p id="login-refusal" class="refusal" role="alert"></p>
</form>
<div id="cluster" hidden>
<div class="bar"><p id="connection" role="status"></p><p>Logged in as <strong id="user"></strong> <button id="log-out" type="button">Log out</button></p></div>
<p id="refusal" class="refusal" role="alert"></p>
<dl id="summary"></dl>
<section aria-labelledby="nodes-title">
<h2 id="nodes-title">Nodes</h2>
<ul id="nodes"></ul>
</section>
<section aria-labelledby="tasks-title">
<h2 id="tasks-title">Tasks</h2>
<table class="tasks">
<thead><tr><th scope="col">Started</th><th scope="col">Task</th><th scope="col">Node</th><th scope="col">User</th><th scope="col">Outcome</th></tr></thead>
<tbody id="tasks"></tbody>
</table>
<p id="no-tasks" class="empty">There was none yet: start or stop a guest.</p>
</section>
</div>`

const escapeHtml = (text: string): string =>
  text.replaceAll(/[&<>"']/g, (character) => `&#${character.codePointAt(0)};`)
