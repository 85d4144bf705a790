import { ApiError, type ErrorCode, type FailedRequest } from '@proxkit/client'
import type { ApiResponse } from '@proxkit/schema'

/** The HTTP status that a refusal of the server deserves; the products themselves say 500 or 400 with a text. */
export function statusOf(request: FailedRequest, answer: ApiResponse): number {
  const { status, message = '', errors } = answer
  if (status === 401 || status === 403) return status
  // pve-http-server PVE/HTTPServer.pm: rest_handler, of an operation that this release of the server lacks
  if (status === 501) return 404
  if (status >= 595 && status <= 599) return /timed? ?out/i.test(message) ? 504 : 502
  const { code } = new ApiError(request, answer)
  if (code !== undefined) return statuses[code]
  if (status === 500) return statusOfText(message)
  return status === 400 && errors ? 422 : status
}

const statuses: Readonly<Record<ErrorCode, number>> = {
  'not-found': 404,
  exists: 409,
  locked: 409,
  permission: 403,
  'digest-conflict': 409,
  'node-unreachable': 502,
}

/** The status for a text with which a call or a task has failed. */
export function statusOfText(text: string): number {
  return texts.find(({ pattern }) => pattern.test(text))?.status ?? 500
}

const texts: readonly { readonly status: number; readonly pattern: RegExp }[] = []
