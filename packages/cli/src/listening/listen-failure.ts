import { systemCode } from '../system-code.js'
import { UsageError } from '../usage-error.js'

export interface Place {
  readonly host: string
  readonly port: number
  /** With which the port is chosen. */
  readonly flag: string
}

/** What to tell where a port cannot be had; any other error as it is. */
export function listenFailure(error: unknown, { host, port, flag }: Place): unknown {
  const reason = reasons.get(systemCode(error) ?? '')
  if (reason === undefined) return error
  return new UsageError(`cannot listen on ${host} port ${port}: ${reason(flag)}`)
}

const reasons: ReadonlyMap<string, (flag: string) => string> = new Map<
  string,
  (flag: string) => string
>([
  [
    'EADDRINUSE',
    (flag) => `the port is in use; choose another one with ${flag}, or any free one with ${flag} 0`,
  ],
  ['EACCES', (flag) => `only root may use this port; choose one above 1023 with ${flag}`],
  ['EADDRNOTAVAIL', () => 'this machine does not have that address'],
  ['ENOTFOUND', () => 'there is no host of that name'],
  ['EAI_AGAIN', () => 'the name of the host cannot be looked up'],
])
