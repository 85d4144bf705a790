import { withSortedNames } from '../sorted-entries.js'
import type { Method, Verb } from '@proxkit/schema'
import type { Fault } from '../fault.js'
import type { Outcome } from '../handle.js'
import { encodeEntities } from './html-text.js'
import type { Reply } from './reply.js'

/** The request behind a page. */
export interface PageRequest {
  readonly verb: Verb
  /** Path below `/api2/html`. */
  readonly path: string
  /** Path as it was asked for, decoded. */
  readonly url: string
  readonly user: string | undefined
  /** The operation that answered, once one was found. */
  readonly method: Method | undefined
  readonly csrfToken: ((user: string) => string) | undefined
}

interface PageResult {
  readonly outcome?: Outcome
  readonly fault?: Fault
  readonly innerConnection?: string | undefined
}

const home = '/api2/html'
const loginUrl = `${home}/access/ticket`

/** Sends a browser that is not logged in to the login form. */
export const loginRedirect: Reply = {
  status: 301,
  reason: 'Moved',
  headers: { Location: loginUrl },
}

/**
 * Shows answers to people: the data, with links to what lies below. Logs in through a form.
 *
 * pve-http-server Formatter/HTML.pm
 */
export function htmlPage(result: PageResult, request: PageRequest): Reply {
  const { outcome, fault, innerConnection } = result
  const isLogin = request.path === '/access/ticket'
  if (isLogin && request.verb === 'POST' && !fault) {
    const headers = { Location: home, 'Set-Cookie': sessionCookie(outcome?.data) }
    return { status: 301, reason: 'Moved', headers, innerConnection }
  }
  const isForm = isLogin && (request.verb === 'GET' || request.verb === 'POST')
  return {
    status: fault?.status ?? 200,
    reason: fault?.message ?? 'OK',
    contentType: 'text/html;charset=UTF-8',
    innerConnection,
    body: page(isForm ? loginForm : content(result, request), {
      request,
      // The privileged daemon makes its pages itself, and calls itself by another name.
      title: innerConnection === undefined ? 'Proxmox VE API' : 'API Inspector',
    }),
  }
}

/** pve-http-server Formatter.pm: create_auth_cookie */
function sessionCookie(data: unknown): string {
  const ticket = member(data, 'ticket')
  const value = encodeURIComponent(typeof ticket === 'string' ? ticket : '')
  return `PVEAuthCookie=${value}; path=/; secure; SameSite=Lax;`
}

const loginForm = `<form method="POST" action="${loginUrl}">
<label>User name <input name="username" required autofocus></label>
<label>Password <input name="password" type="password" required></label>
<button>Log in</button>
</form>
`

function content({ outcome, fault }: PageResult, { url, method }: PageRequest): string {
  const link = method?.returns.links?.find(({ rel }) => rel === 'child')?.href
  const property = /^\{(\S+)\}$/.exec(link ?? '')?.[1]
  const data = outcome?.data ?? null
  if (!fault && property !== undefined && Array.isArray(data)) {
    return children(data, { property, url: url.replace(/\/+$/, '') })
  }
  const failure = fault
    ? `<p role="alert">Error ${fault.status}: ${encodeEntities(fault.text)}</p>\n`
    : ''
  const shown = {
    data,
    ...(fault?.errors && { errors: fault.errors }),
    ...(outcome?.total && { total: outcome.total }),
    ...(outcome?.changes && { changes: outcome.changes }),
  }
  return `${failure}<pre>${encodeEntities(prettyJson(shown))}</pre>\n`
}

function children(
  list: readonly unknown[],
  { property, url }: { readonly property: string; readonly url: string },
): string {
  const items = list
    .flatMap((element) => {
      const name = member(element, property)
      return typeof name === 'string' || typeof name === 'number'
        ? [{ name: `${name}`, element }]
        : []
    })
    .toSorted((a, b) => (a.name < b.name ? -1 : 1))
    .map(({ name, element }) => {
      const text = encodeEntities(name)
      return `<li><a href="${encodeEntities(url)}/${text}">${text}</a><pre>${encodeEntities(prettyJson(element))}</pre></li>\n`
    })
  return `<ul>\n${items.join('')}</ul>\n`
}

interface Frame {
  readonly request: PageRequest
  readonly title: string
}

function page(body: string, { request, title }: Frame): string {
  const token = request.user === undefined ? undefined : request.csrfToken?.(request.user)
  const script = token === undefined ? '' : `PVE.CSRFPreventionToken = '${token}';\n`
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<title>${title}</title>
<script>
PVE = {};
${script}PVE.delete_auth_cookie = () => {
document.cookie = 'PVEAuthCookie=; max-age=0; path=/; secure; SameSite=Lax';
};
</script>
</head>
<body>
<nav>${trail(request.url)} <a href="${loginUrl}" onclick="PVE.delete_auth_cookie()">Log out</a></nav>
${body}</body>
</html>
`
}

/** Links to everything above. */
function trail(url: string): string {
  let href = home
  const links = [`<a href="${href}">Home</a>`]
  for (const part of url.split('/').slice(3)) {
    href += `/${encodeEntities(part)}`
    links.push(`<a href="${href}">${encodeEntities(part)}</a>`)
  }
  return links.join(' / ')
}

/** Members sorted, three blanks deep: as the original's writer lays it out. */
function prettyJson(value: unknown): string {
  return `${JSON.stringify(withSortedNames(value), undefined, 3).replaceAll(/^(\s*"(?:[^"\\]|\\.)*"): /gm, '$1 : ')}\n`
}

function member(value: unknown, name: string): unknown {
  if (typeof value !== 'object' || value === null) return undefined
  return Object.entries(value).find(([key]) => key === name)?.[1]
}
