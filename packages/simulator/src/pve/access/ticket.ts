import { Fault, failed } from '../../engine/fault.js'
import { handle, type Handler } from '../../engine/handle.js'
import type { Cluster } from '../cluster.js'
import { isTrue, splitList } from '../config-text.js'
import { normalizeAclPath } from './acl-tree.js'
import { authenticate, lookupUser, type Login } from './authenticate.js'
import { rightsOf } from './compute-rights.js'
import { requireEnabledUser } from './require-user.js'
import { capabilitiesOf, clusterNameFor } from './session.js'
import { checkSecondFactor } from './tfa/second-factor.js'
import { readUserConfig } from './user-config.js'

/** Does nothing: it is there for formats that want to show a login page. */
const readTicket = handle('GET', '/access/ticket', () => null)

// pve-access-control API2/AccessControl.pm: create_ticket
const createTicket = handle('POST', '/access/ticket', async ({ params, cluster, node }) => {
  const { realm, password, otp, path, privs, 'tfa-challenge': tfaTicket } = params
  const userid = lookupUser(cluster, realm ? `${params.username}@${realm}` : params.username)
  const session = await orAuthenticationFailure(async () => {
    requireEnabledUser(readUserConfig(cluster.config), userid, cluster.now())
    if (path && privs) {
      await requireAccess(cluster, { userid, password, node, otp, path, privs })
      return {}
    }
    return createSession(cluster, { userid, password, node, otp, tfaTicket })
  })
  return {
    username: userid,
    ...session,
    ...(session.NeedTFA ? clusterNameFor(cluster, userid) : capabilitiesOf(cluster, userid)),
  }
})

const checkConsoleTicket = handle('POST', '/access/vncticket', async ({ params, cluster }) => {
  await verifyConsoleTicket(cluster, params)
  return null
})

export const ticketHandlers: readonly Handler[] = [readTicket, createTicket, checkConsoleTicket]

interface ConsoleQuestion {
  readonly authid: string
  readonly vncticket: string
  readonly path: string
  readonly privs: string
  readonly port?: string
}

/**
 * Throws the vendor's 401 unless the ticket is good for that user, path and port, and the user has the privileges.
 *
 * pve-access-control API2/AccessControl.pm: verify_vnc_ticket
 */
export async function verifyConsoleTicket(
  cluster: Cluster,
  { authid, vncticket, path, privs, port }: ConsoleQuestion,
): Promise<void> {
  await orAuthenticationFailure(async () => {
    const normal = normalizeAclPath(path)
    if (normal === undefined) throw failed('invalid ticket path')
    const options = { user: authid, path: normal, ...(port !== undefined && { port }) }
    if (!(await cluster.tickets.isConsoleTicket(vncticket, options))) {
      throw failed('permission denied - invalid PVEVNC ticket')
    }
    requirePrivileges(cluster, { userid: authid, path, privs })
  })
}

interface SessionRequest extends Login {
  /** The ticket with the challenge that the password is the answer to. */
  readonly tfaTicket: string | undefined
}

interface Session {
  readonly ticket?: string
  readonly CSRFPreventionToken?: string
  /** The ticket only carries a challenge. */
  readonly NeedTFA?: 1
}

/** pve-access-control API2/AccessControl.pm: create_ticket_do */
async function createSession(cluster: Cluster, request: SessionRequest): Promise<Session> {
  const { userid, otp, tfaTicket } = request
  if (otp !== undefined && tfaTicket !== undefined) {
    throw failed("TFA response should be in 'password', not 'otp' when 'tfa-challenge' is set")
  }
  const challenge = await openChallenge(cluster, request)
  return {
    ticket: await (challenge === undefined
      ? cluster.tickets.issue(userid)
      : cluster.tickets.issueChallenge(challenge, userid)),
    CSRFPreventionToken: cluster.tickets.csrfToken(userid),
    ...(challenge !== undefined && { NeedTFA: 1 }),
  }
}

/**
 * What is still missing for a session. A ticket is as good as a password and its second factor: that of the same user,
 * or of root@pam for anybody.
 */
async function openChallenge(
  cluster: Cluster,
  request: SessionRequest,
): Promise<string | undefined> {
  const { userid, password, node, tfaTicket } = request
  if (tfaTicket === undefined) {
    const owner = await cluster.tickets.verify(password)
    if (owner !== undefined && (owner === userid || owner === 'root@pam')) return undefined
  }
  if (!isTrue(tfaTicket)) return authenticate(cluster, request)
  return checkSecondFactor(cluster, { userid, node, answer: password, ticket: tfaTicket })
}

interface AccessQuestion extends Login {
  readonly path: string
  readonly privs: string
}

/** pve-access-control API2/AccessControl.pm: verify_auth */
async function requireAccess(cluster: Cluster, question: AccessQuestion): Promise<void> {
  const { userid, password, path } = question
  const normal = normalizeAclPath(path)
  if (normal === undefined) throw failed(`invalid path - ${path}`)
  const isTicket =
    (await cluster.tickets.verify(password)) === userid ||
    (await cluster.tickets.isConsoleTicket(password, { user: userid, path: normal }))
  if (!isTicket) await authenticate(cluster, question)
  requirePrivileges(cluster, question)
}

function requirePrivileges(
  cluster: Cluster,
  { userid, path, privs }: Pick<AccessQuestion, 'userid' | 'path' | 'privs'>,
): void {
  const normal = normalizeAclPath(path)
  const wanted = splitList(privs)
  if (normal === undefined || wanted.length === 0) throw failed(`no permission (${path}, ${privs})`)
  rightsOf(cluster.config, userid).require(normal, ...wanted)
}

/** Nobody learns why he was turned away: that would tell which users there are. */
async function orAuthenticationFailure<T>(attempt: () => Promise<T>): Promise<T> {
  try {
    return await attempt()
  } catch {
    throw new Fault(401, 'authentication failure')
  }
}
