import { ApiError, type ErrorCode, type FailedRequest } from '@proxkit/client'
import type { ApiResponse } from '@proxkit/schema'
import { refusalTexts } from './refusal-texts.js'

/** The HTTP status that a refusal of the server deserves; the products themselves say 500 or 400 with a text. */
export function statusOf(request: FailedRequest, answer: ApiResponse): number {
  const { status, message = '', errors } = answer
  if (status === 401 || status === 403) return status
  // pve-http-server PVE/HTTPServer.pm: rest_handler, of an operation that this release of the server lacks
  if (status === 501) return 404
  if (status >= 595 && status <= 599) return /timed? ?out/i.test(message) ? 504 : 502
  const { code } = new ApiError(request, answer)
  if (status === 400 && errors && code === undefined) return 422
  // proxmox-backup and Datacenter Manager say 400 of all that fails.
  return status === 500 || status === 400 || code !== undefined
    ? statusOfText(message, { code, otherwise: status })
    : status
}

const statuses: Readonly<Record<Exclude<ErrorCode, 'node-unreachable'>, number>> = {
  'not-found': 404,
  exists: 409,
  locked: 409,
  permission: 403,
  'digest-conflict': 409,
}

/** The status for a text with which a call or a task has failed, and the code that the client reads from it. */
export function statusOfText(
  text: string,
  { code, otherwise = 500 }: { readonly code?: ErrorCode | undefined; readonly otherwise?: number },
): number {
  const meant = refusalTexts.find(({ pattern }) => pattern.test(text))?.status
  if (code === 'node-unreachable') return meant ?? 502
  return code === undefined ? (meant ?? otherwise) : statuses[code]
}
