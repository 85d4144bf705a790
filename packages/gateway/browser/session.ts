/** A login at the server, which all pages of the gateway in this browser have in common. */
interface Session {
  readonly user: string
  /** Goes with each call that writes. */
  readonly csrfToken: string
  /** When the ticket was issued, in milliseconds since 1970. */
  readonly since: number
  /** The cluster that it is for. */
  readonly prefix: string
}

/** A call that was answered, but not with a success. */
export class Refused extends Error {
  readonly status: number

  constructor(status: number, detail: string) {
    super(detail)
    this.status = status
  }
}

/** Who is logged in, if anybody is. */
export function currentUser(): string | undefined {
  return current()?.user
}

/** Logs in, or with a ticket in place of the password carries the login on. Throws `Refused`. */
export async function logIn(username: string, password: string): Promise<void> {
  const answer: TicketAnswer = await call('POST', '/access/ticket', { username, password })
  const { ticket, CSRFPreventionToken: csrfToken, NeedTFA: needsFactor } = answer
  if (needsFactor) {
    throw new Refused(401, 'this user needs a second factor, which this page does not know')
  }
  if (ticket === undefined || csrfToken === undefined) {
    throw new Refused(502, 'the server gave no ticket')
  }
  writeCookie(encodeURIComponent(ticket), '')
  const session: Session = { user: answer.username, csrfToken, since: Date.now(), prefix }
  localStorage.setItem(key, JSON.stringify(session))
}

export function logOut(): void {
  localStorage.removeItem(key)
  writeCookie('', '; max-age=0')
}

/** Carries a login on that is about to end. */
export async function renewLogin(): Promise<void> {
  const session = current()
  const ticket = readCookie()
  if (!session || ticket === undefined || Date.now() - session.since < renewalAge) return
  await logIn(session.user, ticket)
}

/** Calls when another page has logged in or out. */
export function onLoginElsewhere(changed: () => void): void {
  addEventListener('storage', (event) => {
    if (event.key === key) changed()
  })
}

/** What a writing call has to show beside the cookie. */
export function csrfHeaders(): Readonly<Record<string, string>> {
  const session = current()
  return session ? { csrfpreventiontoken: session.csrfToken } : {}
}

/** Calls the REST surface as whoever is logged in. Throws `Refused`. */
export async function call<Answer>(verb: 'POST', path: string, body: object = {}): Promise<Answer> {
  const answer = await fetch(prefix + path, {
    method: verb,
    headers: { 'content-type': 'application/json', ...csrfHeaders() },
    body: JSON.stringify(body),
  })
  if (!answer.ok) throw await refusedBy(answer)
  return answer.json()
}

/** Why an answer is no success. */
export async function refusedBy(answer: Response): Promise<Refused> {
  const body: { readonly detail?: string } = await answer.json().catch(() => ({}))
  return new Refused(answer.status, body.detail ?? `status ${answer.status}`)
}

interface TicketAnswer {
  readonly username: string
  readonly ticket?: string
  readonly CSRFPreventionToken?: string
  readonly NeedTFA?: boolean
}

const { cookie: cookieName = 'PVEAuthCookie', prefix: ownPrefix = '' } =
  document.documentElement.dataset

/** What stands before the paths of the cluster that this page is about; may be empty. */
export const prefix: string = ownPrefix

const key = 'proxkit'

/** A ticket is good for two hours. */
const renewalAge = 60 * 60_000

function current(): Session | undefined {
  const kept = localStorage.getItem(key)
  // The cookie ends with the browser, what is kept here does not.
  if (kept === null || readCookie() === undefined) return undefined
  const session: Session = JSON.parse(kept)
  return session.prefix === prefix ? session : undefined
}

function readCookie(): string | undefined {
  const pair = document.cookie.split('; ').find((text) => text.startsWith(`${cookieName}=`))
  return pair && decodeURIComponent(pair.slice(cookieName.length + 1))
}

function writeCookie(value: string, more: string): void {
  const secure = location.protocol === 'https:' ? '; secure' : ''
  document.cookie = `${cookieName}=${value}; path=/; samesite=strict${secure}${more}`
}
