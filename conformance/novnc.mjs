import { fileURLToPath } from 'node:url'
import { runSession } from './run-session.mjs'

/** Has noVNC look at a virtual machine, in a process whose globals are those of a browser. */
export function runNovnc(simulator) {
  const session = fileURLToPath(new URL('novnc-session.mjs', import.meta.url))
  return runSession([process.execPath, session], simulator)
}
