import type { Cluster } from '../cluster.js'

/** What a guest does that its configuration does not tell: scripted, so that a test meets what it is about. */
export interface GuestBehaviour {
  /** Seconds from the start of the guest until its agent answers, or `never`; default 0. */
  readonly agentAfter?: number | 'never'
  /** What the agent answers to commands without parameters, in place of made-up data: `get-osinfo`, `get-fsinfo`, … */
  readonly agent?: Readonly<Record<string, unknown>>
  /** What programs do that the agent starts, by command line; text is what they print. */
  readonly exec?: Readonly<Record<string, string | ProcessScript>>
  /** Text of files in the guest by absolute path. */
  readonly files?: Readonly<Record<string, string>>
  /** Seconds that shutting down takes, or `never` for a guest that does not heed its power button. */
  readonly shutdownAfter?: number | 'never'
  /** What is printed in place of a start: lines of the task, which then fails as the original's does. */
  readonly startFailure?: string
}

/** How a program in a guest ends. */
export interface ProcessScript {
  readonly out?: string
  readonly err?: string
  /** Default 0. */
  readonly exitCode?: number
  /** How long it takes; default 0. */
  readonly seconds?: number
}

/** A clone does what its original does. */
export function copyBehaviour(
  { state: { behaviours } }: Cluster,
  { from, to }: { readonly from: number; readonly to: number },
): void {
  const behaviour = behaviours.get(from)
  if (behaviour) behaviours.set(to, behaviour)
}
