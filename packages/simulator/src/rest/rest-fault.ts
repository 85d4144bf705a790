import { Fault } from '../engine/fault.js'

/** An error without a status of its own, which counts as the caller's mistake. */
export function bad(message: string): Fault {
  return new Fault(400, message, { bare: true })
}

export function missing(message: string): Fault {
  return new Fault(404, message, { bare: true })
}

export function forbidden(message = 'permission check failed'): Fault {
  return new Fault(403, message, { bare: true })
}

export function unauthorized(message: string): Fault {
  return new Fault(401, message, { bare: true })
}
