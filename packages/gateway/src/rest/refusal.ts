import type { FastifyReply, FastifyRequest } from 'fastify'
import { STATUS_CODES } from 'node:http'

/** The body of every refusal. */
export interface ErrorBody {
  readonly detail: string
  /** One entry per parameter that was refused. */
  readonly errors?: readonly FieldError[]
  /** The rule of the gateway that refused it. */
  readonly rule?: string
  /** The task that failed. */
  readonly task?: string
}

export interface FieldError {
  readonly field: string
  readonly message: string
}

/** An answer that is no success, from wherever in the gateway. */
export class Refusal extends Error {
  static {
    this.prototype.name = 'Refusal'
  }

  readonly status: number
  readonly body: ErrorBody
  readonly headers: Readonly<Record<string, string>>

  constructor(status: number, detail: string, { headers = {}, ...more }: RefusalFacts = {}) {
    super(detail)
    this.status = status
    this.body = { detail, ...more }
    this.headers = headers
  }
}

interface RefusalFacts extends Omit<ErrorBody, 'detail'> {
  readonly headers?: Readonly<Record<string, string>>
}

/** Messages per parameter as entries; the vendor ends some of them with a newline. */
export function fieldErrors(errors: Readonly<Record<string, string>>): readonly FieldError[] {
  return Object.entries(errors).map(([field, message]) => ({ field, message: message.trimEnd() }))
}

/** Answers with a refusal, as RFC 9457 has it where the caller asks for that. */
export function sendRefusal(
  { status, body, headers }: Refusal,
  { request, reply }: { readonly request: FastifyRequest; readonly reply: FastifyReply },
): FastifyReply {
  reply.code(status).headers(headers)
  if (!request.headers.accept?.includes(problemType)) return reply.send(body)
  const problem = { type: 'about:blank', title: STATUS_CODES[status] ?? '', status, ...body }
  return reply.type(problemType).send(JSON.stringify(problem))
}

const problemType = 'application/problem+json'
