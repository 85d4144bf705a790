import type { Clock } from '@proxkit/client'
import type { HttpAnswer } from '@proxkit/client/server'
import type { ApiResponse, Transport } from '@proxkit/schema'
import { bufferedAnswer } from '../upstream/http-answers.js'
import type { Admitted, Door, Knock } from './door.js'
import { type MaskedValue, masked } from './masked.js'

/** One write, one console, or one call for code generation, as it is written down. */
export interface AuditRecord {
  readonly time: string
  readonly request: string
  readonly from: string
  /** Who called, as far as it is known. */
  readonly caller?: string
  /** Absent where the gateway itself was asked. */
  readonly cluster?: string
  readonly verb: string
  readonly path: string
  readonly parameters: Readonly<Record<string, MaskedValue>>
  readonly outcome: 'refused' | 'answered' | 'failed' | 'dry run'
  /** Of the answer, or of the refusal. */
  readonly status?: number
  /** The rule that refused it. */
  readonly rule?: string
  readonly message?: string
  /** The task that it has started. */
  readonly upid?: string
}

export interface AuditOptions {
  readonly clock: Clock
  readonly write: (record: AuditRecord) => void
}

type Outcome = Pick<AuditRecord, 'outcome' | 'status' | 'rule' | 'message' | 'upid'>

/** Writes down every write that came to a door, and what became of it. */
export function auditedDoor(door: Door, { clock, write }: AuditOptions): Door {
  return {
    authentication: door.authentication,
    async admit(knock) {
      const admission = await door.admit(knock)
      if (knock.verb === 'GET' && knock.isUpgrade !== true) return admission
      // What is read here of a body is not to fail a call that the door lets pass.
      const given = await knock.parameters()
      const parameters = masked({ ...given, ...knock.operation?.pathParams })
      const { caller } = admission
      const record = (outcome: Outcome): void =>
        write({
          time: new Date(clock.now()).toISOString(),
          request: knock.requestId,
          from: knock.address,
          ...(caller !== undefined && { caller }),
          cluster: knock.cluster.name,
          verb: knock.verb,
          path: knock.path,
          parameters,
          ...outcome,
        })
      if (!admission.allowed) {
        const { status, rule, detail } = admission
        record({ outcome: 'refused', status, message: detail, ...(rule !== undefined && { rule }) })
        return admission
      }
      const noted = { ...admission, note: record }
      const isSent = knock.isUpgrade !== true && admission.isDryRun !== true
      return isSent ? observed(noted, { knock, record }) : noted
    },
  }
}

interface Observer {
  readonly knock: Knock
  readonly record: (outcome: Outcome) => void
}

function observed(admission: Admitted, { knock, record }: Observer): Admitted {
  const { transport } = admission
  const passOn = admission.passOn ?? knock.cluster.upstream.passOn
  const failed = (error: unknown): never => {
    record({ outcome: 'failed', message: error instanceof Error ? error.message : String(error) })
    throw error
  }
  const seen: Transport = {
    async send(request) {
      // The same transport follows the task afterwards.
      if (request.verb !== knock.verb || request.path !== knock.path) return transport.send(request)
      const answer = await transport.send(request).catch(failed)
      record(outcomeOf(answer))
      return answer
    },
    close: () => transport.close(),
  }
  if (!passOn) return { ...admission, transport: seen }
  return {
    ...admission,
    transport: seen,
    async passOn(request): Promise<HttpAnswer> {
      const answer = await passOn(request).then(bufferedAnswer).catch(failed)
      const { data, message = answer.reason } = contentOf(answer.body)
      record(outcomeOf({ status: answer.status, data, message }))
      return answer
    },
  }
}

function outcomeOf({ status, data, message }: ApiResponse): Outcome {
  const upid = typeof data === 'string' && data.includes('UPID:') ? data : undefined
  return {
    outcome: 'answered',
    status,
    ...(status >= 400 && message !== undefined && { message: message.trimEnd() }),
    ...(upid !== undefined && { upid }),
  }
}

interface Content {
  readonly data?: unknown
  readonly message?: string
}

/** What a daemon says in JSON; whatever else it says tells nothing of a task. */
function contentOf(body: Buffer): Content {
  try {
    const content: unknown = JSON.parse(body.toString())
    return typeof content === 'object' && content !== null ? content : {}
  } catch {
    return {}
  }
}
