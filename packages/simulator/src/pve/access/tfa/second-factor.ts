import { failed } from '../../../engine/fault.js'
import type { Cluster } from '../../cluster.js'
import { enforcedFactor } from '../realms.js'
import { requireRealm } from '../require-realm.js'
import { requireUser } from '../require-user.js'
import { readUserConfig } from '../user-config.js'
import { answerChallenge } from './answer-challenge.js'
import { createChallenge } from './create-challenge.js'
import { isEmpty, noFactors, type Factors } from './factors.js'
import { addOldKeys } from './old-keys.js'
import { remainingRecoveryKeys } from './recovery-keys.js'
import { draftTfaConfig } from './tfa-config.js'
import { validateYubicoOtp } from './yubico.js'

export interface SecondStep {
  readonly userid: string
  /** The node that is logged in to: it keeps count of failures. */
  readonly node: string
  /** `totp:123456`, `recovery:…`; undefined when none was given. */
  readonly answer: string | undefined
  /** The ticket with the challenge; undefined in the first step of a login. */
  readonly ticket: string | undefined
}

/**
 * The challenge, as JSON text, that a user still has to answer before he is let in; undefined when there is none. Throws
 * when the answer is wrong. An answer in the first step is checked but does not spare the second.
 *
 * pve-access-control AccessControl.pm: authenticate_2nd_new
 */
export async function checkSecondFactor(
  cluster: Cluster,
  { userid, node, answer, ticket }: SecondStep,
): Promise<string | undefined> {
  const isSecondStep = ticket !== undefined
  if (isSecondStep && (await cluster.tickets.verifyChallenge(ticket, userid)) === undefined) {
    throw failed('permission denied - invalid PVE ticket')
  }
  // From here on nothing waits: what is read is what is written.
  const { draft, save } = draftTfaConfig(cluster.config)
  const realm = requireRealm(cluster, userid)
  const factors = withOldKeys(cluster, userid, draft.users.get(userid))
  if (factors) draft.users.set(userid, factors)

  const enforced = enforcedFactor(realm)
  if (enforced === 'yubico') {
    if (!isSecondStep) return yubicoChallenge(factors)
    if (answer?.startsWith('yubico:')) validateYubicoOtp(realm, answer.slice('yubico:'.length))
  }
  if (enforced !== undefined && answer !== undefined) requireAnswerOf(enforced, answer)

  const challenge = isSecondStep
    ? undefined
    : createChallenge(cluster.config, draft.unreadable.has(userid) ? 'unreadable' : factors)
  if (!isSecondStep && enforced !== undefined && challenge === undefined) {
    throw failed('missing required 2nd keys')
  }
  if (answer === undefined) return challenge
  if (!isSecondStep && challenge === undefined) throw failed('no such challenge')

  const challenges = cluster.tfaChallenges.of({ node, userid })
  const { isRight, isChanged } = answerChallenge(factors, answer, {
    now: cluster.now(),
    challenges,
  })
  if (isChanged) save()
  if (!isRight) throw failed('failed 2nd factor')
  return challenge
}

/** pve-access-control AccessControl.pm: user_get_tfa */
function withOldKeys(
  cluster: Cluster,
  userid: string,
  stored: Factors | undefined,
): Factors | undefined {
  const { keys } = requireUser(readUserConfig(cluster.config), userid)
  if (keys === undefined || /^x(?:!.*)?$/.test(keys)) return stored
  const factors = stored ?? noFactors()
  addOldKeys(factors, { userid, keys, realm: requireRealm(cluster, userid), now: cluster.now() })
  return isEmpty(factors) ? stored : factors
}

function yubicoChallenge(factors: Factors | undefined): string {
  const recovery = factors?.recovery
  return JSON.stringify({
    yubico: true,
    ...(recovery && { recovery: remainingRecoveryKeys(recovery) }),
  })
}

/** Recovery keys stand in for whatever a realm asks for. */
function requireAnswerOf(enforced: string, answer: string): void {
  const type = /^([^:]+):/.exec(answer)?.[1]
  if (type === undefined) throw failed('bad otp response')
  const wanted = enforced === 'oath' ? 'totp' : enforced
  if (type !== 'recovery' && type !== wanted) {
    throw failed(`realm requires ${wanted} authentication`)
  }
}
