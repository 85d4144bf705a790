import type { Verb } from '@proxkit/schema'
import type { Clock } from '../clock.js'
import { TransportError } from '../errors.js'
import { isPassing, mayAskAnother, toCombinedError } from './failure.js'
import type { Host, Hosts } from './hosts.js'

/** A call, or a request that passes through. */
export interface Delivered {
  readonly verb: Verb
  readonly path: string
  readonly signal?: AbortSignal
}

interface Answered {
  readonly status: number
}

export interface Delivery<Response> {
  readonly hosts: Hosts
  readonly clock: Clock
  /** Milliseconds that are left for the call. */
  readonly left: () => number
  /** Makes the call at one host; `others` could be asked after it. */
  readonly attempt: (host: Host, others: number) => Promise<Response>
}

/**
 * Makes a call at one host after another until one answers, and a few times over where the trouble may pass; a call
 * that may have been carried out is never made again.
 */
export const deliver = async <Response extends Answered>(
  request: Delivered,
  { hosts, clock, left, attempt }: Delivery<Response>,
): Promise<Response> => {
  let tried: Host[] = []
  let errors: TransportError[] = []
  for (let round = 0; ;) {
    const host = hosts.next(tried) ?? hosts.current
    let answer: Response | undefined
    try {
      answer = await attempt(host, hosts.all.length - tried.length - 1)
      hosts.answered(host)
      if (!isUnreachedNode(answer, request)) return answer
    } catch (error) {
      if (!(error instanceof TransportError) || !mayAskAnother(error, request)) throw error
      errors.push(error)
    }
    tried.push(host)
    if (hosts.next(tried)) continue
    const mayPass = answer !== undefined || errors.some(isPassing)
    const pause = mayPass && round < hosts.retries ? pauseBefore(round) : undefined
    // Where the pause would outlast the call, what went wrong says more than that time is up.
    if (pause === undefined || pause >= left()) {
      if (answer) return answer
      throw errors.length > 1 ? toCombinedError(errors, request) : errors[0]
    }
    await clock.sleep(pause, request.signal)
    round += 1
    tried = []
    errors = []
  }
}

/** Milliseconds before a further round: 100, 400, 1600 and so on, long enough for a daemon that is being restarted. */
const pauseBefore = (round: number): number => Math.min(100 * 4 ** round, 10_000)

/**
 * Whether the host could not hand the call on to the node that it is for: at 595 it had no connection to it, at the
 * others the call may have been on its way. pve-http-server PVE/APIServer/AnyEvent.pm: proxy_request, with the codes of
 * AnyEvent::HTTP; 502 to 504 are those of whatever else stands in front.
 */
const isUnreachedNode = ({ status }: Answered, { verb }: Delivered): boolean =>
  status === 595 || (verb === 'GET' && onTheWay.has(status))

const onTheWay: ReadonlySet<number> = new Set([502, 503, 504, 596, 597, 598, 599])
