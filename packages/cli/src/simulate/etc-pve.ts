import type { Product } from '@proxkit/schema'
import type { EtcPve, Simulator } from '@proxkit/simulator'
import { UsageError } from '../usage-error.js'

/** Reads a copy of `/etc/pve`, and tells what is odd about it. */
export async function importCluster(path: string): Promise<EtcPve> {
  const { readEtcPve } = await import('@proxkit/simulator/etc-pve')
  const { cluster, notes } = await orUsageError(readEtcPve(path))
  for (const { path: file, text } of notes) process.stderr.write(`${path}: ${file}: ${text}\n`)
  return cluster
}

/** Refuses early what would fail at the end. */
export async function requireExportable(path: string, product: Product): Promise<void> {
  if (product !== 'pve') throw new UsageError(`--export is for pve: ${product} has no /etc/pve`)
  const { requireFree } = await import('@proxkit/simulator/etc-pve')
  await orUsageError(requireFree(path))
}

/** Writes what the nodes keep in `/etc/pve`. */
export async function exportCluster(simulator: Simulator, path: string): Promise<void> {
  const { writeEtcPve } = await import('@proxkit/simulator/etc-pve')
  await orUsageError(writeEtcPve(path, simulator.snapshot(), { time: simulator.clock.now() }))
  process.stdout.write(`The cluster's /etc/pve is in ${path}\n`)
}

async function orUsageError<T>(work: Promise<T>): Promise<T> {
  const { EtcPveError } = await import('@proxkit/simulator/etc-pve')
  try {
    return await work
  } catch (error) {
    if (error instanceof EtcPveError) throw new UsageError(error.message)
    throw error
  }
}
