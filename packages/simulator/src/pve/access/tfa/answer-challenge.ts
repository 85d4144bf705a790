import { failed } from '../../../engine/fault.js'
import { isLocked, type Factors } from './factors.js'
import { takeRecoveryKey } from './recovery-keys.js'
import { periodOf } from './totp.js'
import type { UserChallenges } from './user-challenges.js'

// proxmox-tfa api/mod.rs: totp_failure_limit, tfa_failure_limit, tfa_failure_lock_time
const totpFailureLimit = 8
const failureLimit = 100
/** Seconds. */
const lockTime = 3600

export interface AnswerContext {
  /** Seconds since the epoch. */
  readonly now: number
  readonly challenges: UserChallenges
}

export interface Verdict {
  readonly isRight: boolean
  /** Whether the factors were changed by the answer. */
  readonly isChanged: boolean
}

const refused: Verdict = { isRight: false, isChanged: false }

/**
 * Checks an answer such as `totp:123456` and keeps count of wrong ones: TOTP is locked after some in a row, and all
 * factors for an hour after many. A right recovery key ends both and is used up. Throws for what is no answer.
 *
 * proxmox-tfa api/mod.rs: TfaConfig::verify
 */
export function answerChallenge(
  factors: Factors | undefined,
  answer: string,
  context: AnswerContext,
): Verdict {
  const { type, value } = parseAnswer(answer)
  if (!factors || isLocked(factors, context.now)) return refused
  if (type === 'totp' && factors.totpLocked) return refused
  const check = checks[type]
  if (!check(factors, value, context)) return countFailure(factors, type, context)

  const { challenges } = context
  challenges.tfaFailures = 0
  challenges.totpFailures = 0
  return { isRight: true, isChanged: true }
}

type AnswerType = 'totp' | 'u2f' | 'webauthn' | 'recovery'
type CheckAnswer = (factors: Factors, value: string, context: AnswerContext) => boolean

const checks: Readonly<Record<AnswerType, CheckAnswer>> = {
  totp: takeTotpValue,
  recovery: takeRecovery,
  // What a security key has signed cannot be checked here, so that it is never right.
  u2f: () => false,
  webauthn: () => false,
}

/** proxmox-tfa api/mod.rs: TfaResponse::from_str */
function parseAnswer(answer: string): { type: AnswerType; value: string } {
  const [, type, value] = /^(totp|u2f|webauthn|recovery):(.*)$/s.exec(answer) ?? []
  if (value !== undefined && isAnswerType(type)) {
    if (type === 'u2f' || type === 'webauthn') requireJson(value)
    return { type, value }
  }
  throw failed('invalid tfa response')
}

function isAnswerType(type: string | undefined): type is AnswerType {
  return type !== undefined && Object.hasOwn(checks, type)
}

function requireJson(text: string): void {
  try {
    JSON.parse(text)
  } catch {
    throw failed('expected value at line 1 column 1')
  }
}

/** proxmox-tfa api/mod.rs: TfaUserData::verify_totp */
function takeTotpValue(
  { totp }: Factors,
  value: string,
  { now, challenges }: AnswerContext,
): boolean {
  for (const { enable, entry } of totp) {
    const count = enable ? periodOf(entry.totp, value, now) : undefined
    if (count === undefined) continue
    if (entry.lastCount !== undefined && count <= entry.lastCount) break
    entry.lastCount = count
    return true
  }
  challenges.totpFailures += 1
  return false
}

/** proxmox-tfa api/mod.rs: TfaUserData::verify_recovery */
function takeRecovery(factors: Factors, value: string): boolean {
  if (!factors.recovery || !takeRecoveryKey(factors.recovery, value)) return false
  factors.totpLocked = false
  delete factors.lockedUntil
  return true
}

function countFailure(
  factors: Factors,
  type: AnswerType,
  { now, challenges }: AnswerContext,
): Verdict {
  challenges.tfaFailures += 1
  const isTotpOver = type === 'totp' && challenges.totpFailures >= totpFailureLimit
  const isAllOver = challenges.tfaFailures >= failureLimit
  if (isTotpOver) factors.totpLocked = true
  if (isAllOver) factors.lockedUntil = now + lockTime
  return { isRight: false, isChanged: isTotpOver || isAllOver }
}
