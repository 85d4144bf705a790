import type { Cluster } from '../cluster.js'

/** Whether the server answers at all; undefined if it does, else the reason. */
export async function whyUnreachable({ upstream, name }: Cluster): Promise<string | undefined> {
  const signal = AbortSignal.timeout(patience)
  try {
    // Needs no login, and the server has to look at nothing. pve-access-control API2/Domains.pm: index
    const request = { verb: 'GET', path: '/access/domains', params: {}, signal } as const
    const { status } = await upstream.transport({ fields: {} }).send(request)
    return status < 500 ? undefined : `${name} answered with status ${status}`
  } catch (error) {
    if (signal.aborted) return `${name} did not answer within ${patience} ms`
    return error instanceof Error ? error.message : String(error)
  }
}

/** Milliseconds. */
const patience = 5000
