import type { Seed } from '../src/index.js'

const secret = '11111111-1111-4111-8111-111111111111'
/** Two nodes with a guest each, and a token of root. */
export const controlSeed: Seed = {
  nodes: { pve1: {}, pve2: {} },
  users: { 'root@pam': { tokens: { ci: { secret, privsep: false } } } },
  guests: [
    { vmid: 100, node: 'pve1', config: { agent: 1 }, running: true },
    { vmid: 101, node: 'pve2', config: {} },
  ],
}
/** A line of a request's head. */
export const authorization: string = `Authorization: PVEAPIToken=root@pam!ci=${secret}`
