import type { GuestRun } from '../state.js'

/** What a running guest uses, as its node would measure it. Bytes; `cpu` is a share of its processors. */
export interface RunFigures {
  readonly cpu: number
  readonly mem: number
  readonly memhost: number
  readonly netin: number
  readonly netout: number
  readonly diskread: number
  readonly diskwrite: number
}

/** Load of a guest that nobody runs: it differs between guests, moves with time and never runs backwards. */
export function runFigures({
  vmid,
  uptime,
  run,
  maxmem = 0,
}: {
  vmid: number
  uptime: number
  run: GuestRun
  maxmem?: number
}): RunFigures {
  const busy = run.status === 'running' ? 1 : 0
  // Over the first minutes a guest fills its memory up to a level of its own.
  const level = 0.25 + 0.5 * share(vmid, 1)
  const filled = level * (1 - Math.exp(-(uptime + 5) / 60))
  const wave = 1 + 0.5 * Math.sin(uptime / 37 + vmid)
  const mem = Math.round(maxmem * filled)
  return {
    cpu: (busy * Math.round(1e6 * (0.01 + 0.1 * share(vmid, 2)) * wave)) / 1e6,
    mem,
    memhost: Math.round(mem * 1.08),
    netin: traffic(vmid, 3, uptime) * 900,
    netout: traffic(vmid, 4, uptime) * 500,
    diskread: bootRead(uptime) + traffic(vmid, 5, uptime) * 4096,
    diskwrite: traffic(vmid, 6, uptime) * 4096,
  }
}

/** A number between 0 and 1 that belongs to the guest and the purpose. */
function share(vmid: number, purpose: number): number {
  const mixed = Math.imul(vmid ^ (purpose * 0x9e3779b1), 0x85ebca6b) >>> 0
  return (((mixed ^ (mixed >>> 13)) >>> 0) % 1000) / 1000
}

function traffic(vmid: number, purpose: number, uptime: number): number {
  return Math.floor(uptime * (0.5 + 4 * share(vmid, purpose)))
}

/** About what an operating system reads while it starts. */
function bootRead(uptime: number): number {
  return Math.min(uptime, 15) * 16 * 2 ** 20
}
