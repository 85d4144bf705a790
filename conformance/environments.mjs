import { createSimulator, realClock } from '@proxkit/simulator'
import { fileURLToPath } from 'node:url'
import { startSimulator } from '../scripts/dist/simulator-process.js'
import { startGateway } from './gateway.mjs'

/**
 * What a client is let loose on: `start` gives what it needs to connect, and `stop`, which resolves to the exit code of
 * what was started.
 *
 * @typedef {{ seed: string, start: () => Promise<{ stop: () => Promise<number | null> }> }} Environment
 */

/** Nobody needs to see a disk being made at its real pace. */
export const quick = ['--speed', '20']
// Consoles wait ten seconds for who connects, by the clock of the cluster.
const unhurried = ['--speed', '2']

export const lab = simulator('lab', quick)
export const single = simulator('single', ['--seed', 'single', ...quick])
export const labWithConsoles = simulator('lab', unhurried)
export const backupServer = simulator('lab', ['--product', 'pbs', ...quick])
export const mailGateway = simulator('lab', ['--product', 'pmg', ...quick])
export const logins = simulator('own', ['--seed', pathOf('logins.json'), ...quick])
/** Values go by the clock: it must be that of the client. */
export const secondFactor = simulator('own', ['--seed', pathOf('second-factor.json')])
/** Its specs were written for Proxmox VE 6.2. */
export const fog = simulator('own', [
  '--api-version',
  '7.4',
  '--seed',
  pathOf('fog.json'),
  ...quick,
])
/** What runs in no cluster, or starts its own. */
export const none = { seed: 'none', start: async () => ({ stop: async () => 0 }) }
/** What starts a cluster for each of its parts. */
export const many = { ...none, seed: 'own' }

/** @returns {Environment} */
function simulator(seed, args) {
  return { seed, start: () => startSimulator(args) }
}

/** The same cluster behind `proxkit gateway`. */
export function throughGateway({ seed, start }) {
  return { seed, start: async () => await startGateway(await start()) }
}

/** A cluster in this process, which is reached without a socket. */
export function inProcess(seed) {
  return {
    seed,
    start: async () => {
      const cluster = createSimulator({ seed, clock: realClock({ speed: 20 }) })
      const stop = async () => {
        await cluster.close()
        return 0
      }
      return { cluster, stop }
    },
  }
}

function pathOf(name) {
  return fileURLToPath(new URL(name, import.meta.url))
}
