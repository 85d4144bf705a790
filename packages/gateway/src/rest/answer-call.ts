import {
  type ApiResponse,
  decodeValue,
  type Method,
  type Params,
  type ParamValue,
} from '@proxkit/schema'
import type { IncomingHttpHeaders } from 'node:http'
import type { UploadBody } from '../api2/upload-body.js'
import type { Admitted } from '../door/door.js'
import { dryRunOf } from '../door/dry-run.js'
import type { Mount } from '../mount.js'
import type { AnswerCheck } from '../verify/check-answers.js'
import type { Verifier } from '../verify/verifier.js'
import { createdAt } from './created-at.js'
import type { Operation } from './find-operation.js'
import { passUpload } from './pass-upload.js'
import { parseQuery } from './query.js'
import { fieldErrors, Refusal } from './refusal.js'
import { statusOf } from './status-of.js'
import { startedTask, taskAnswer } from './task-answer.js'
import { unreachable } from './to-refusal.js'
import { viewOf } from './view.js'

export interface RestCall extends Admitting {
  readonly query: unknown
  readonly body: unknown
  /** In place of `body`: a form with a file in it. */
  readonly file?: UploadBody
  readonly signal: AbortSignal
  readonly verifier: Verifier
  readonly answerCheck: AnswerCheck
}

/** What the door is told of a call. */
export interface Admitting {
  readonly mount: Mount
  readonly operation: Operation
  readonly headers: IncomingHttpHeaders
  readonly requestId: string
  /** Where it comes from. */
  readonly address: string
  /** Told who calls, once the door has let them in. */
  readonly onAdmitted: (caller: string | undefined) => void
}

export interface RestAnswer {
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
  readonly body: unknown
}

/** Admits a call, holds it against the definition, sends it on, and makes REST of the answer. Throws `Refusal`. */
export async function answerCall(call: RestCall): Promise<RestAnswer> {
  const { operation, signal } = call
  const { verb, method } = operation
  const { params: queried, view, wait } = parseQuery(fieldsOf(call.query), method)
  // A parameter in the query replaces that of the body, as on the server: pve-http-server AnyEvent.pm, get_params
  const params = withBooleans({ ...fieldsOf(call.body), ...queried }, method)
  const admission = await admit(call, params)
  await verify(call, { params, admission })
  if (admission.isDryRun) {
    admission.note?.({ outcome: 'dry run' })
    return dryRunAnswer(operation, params)
  }
  const answer = await ask(call, { params, admission })
  if (answer.status >= 400) throw refusalOf(operation, answer)
  if (call.answerCheck.isDue(method)) call.answerCheck.look(method, answer.data)
  const upid = verb === 'GET' ? undefined : startedTask(answer.data)
  const { prefix, cluster } = call.mount
  const created = createdAt(operation, {
    definition: cluster.definition,
    params,
    data: answer.data,
  })
  const location = created && prefix + created
  if (upid !== undefined)
    return taskAnswer(upid, { transport: admission.transport, wait, signal, location })
  const { data, total } = viewOf(decodeValue(method.returns, answer.data ?? null), view)
  const counted = answer.total ?? total
  return {
    status: location === undefined ? 200 : 201,
    headers: {
      ...(location !== undefined && { location }),
      ...(counted !== undefined && { 'x-total-count': String(counted) }),
    },
    body: data,
  }
}

function dryRunAnswer({ verb, path, pathParams }: Operation, params: Params): RestAnswer {
  const parameters = { ...params, ...pathParams }
  return { status: 200, headers: {}, body: dryRunOf({ verb, path, parameters }) }
}

interface Sent {
  readonly params: Params
  readonly admission: Admitted
}

async function ask(
  { operation, file, headers, mount, signal }: RestCall,
  { params, admission }: Sent,
): Promise<ApiResponse> {
  const { verb, path } = operation
  const { transport, shown } = admission
  const passOn = admission.passOn ?? mount.cluster.upstream.passOn
  try {
    return file
      ? await passUpload({ stream: file, headers }, { operation, passOn, shown, signal })
      : await transport.send({ verb, path, params, signal })
  } catch (error) {
    throw unreachable(error)
  }
}

/** Lets a call in; throws the `Refusal` of the door. */
export async function admit(call: Admitting, params: Params): Promise<Admitted> {
  const { operation, headers, mount, requestId, address } = call
  const { verb, path, method } = operation
  const admission = await mount.door.admit({
    headers,
    requestId,
    address,
    cluster: mount.cluster,
    verb,
    path,
    operation,
    parameters: () => Promise.resolve({ ...params, ...operation.pathParams }),
  })
  if (!admission.allowed) {
    const { status, detail, rule, headers } = admission
    throw new Refusal(status, detail, {
      ...(rule !== undefined && { rule }),
      ...(headers && { headers }),
    })
  }
  if (admission.caller === undefined && method.permissions?.user !== 'world') {
    throw new Refusal(401, 'a ticket or an API token is needed, and none came along')
  }
  call.onAdmitted(admission.caller)
  return admission
}

async function verify(
  { operation: { method, pathParams }, file, verifier }: RestCall,
  { params, admission: { isKnown = false, note } }: Sent,
): Promise<void> {
  const beside = await file?.fields()
  const given = { ...beside, ...params, ...pathParams }
  const flaws = verifier.flaws(method, given, { isJudged: isKnown })
  if (!flaws) return
  void file?.discard()
  const message = flaws.message.trimEnd()
  note?.({ outcome: 'refused', status: 422, message })
  throw new Refusal(422, message, { errors: fieldErrors(flaws.errors) })
}

function refusalOf({ verb, path }: Operation, answer: ApiResponse): Refusal {
  const detail =
    answer.message?.trimEnd() || `the server answered with status ${answer.status} and no reason`
  return new Refusal(
    statusOf({ verb, path }, answer),
    detail,
    answer.errors && { errors: fieldErrors(answer.errors) },
  )
}

/** A query or a form has no booleans but as text. */
function withBooleans(params: Params, { parameters: { properties = {} } }: Method): Params {
  const entries = Object.entries(params).map(([name, value]) => {
    const isFlag = Object.hasOwn(properties, name) && properties[name]?.type === 'boolean'
    return [name, isFlag && (value === 'true' || value === 'false') ? value === 'true' : value]
  })
  return Object.fromEntries(entries)
}

/** The members of a query or a JSON body. */
function fieldsOf(source: unknown): Params {
  if (source === undefined || source === null) return {}
  if (!isFields(source)) throw new Refusal(400, 'the body is not a JSON object')
  return source
}

// Queries and JSON bodies hold nothing but what JSON can.
function isFields(source: unknown): source is Readonly<Record<string, ParamValue>> {
  return typeof source === 'object' && !Array.isArray(source)
}
