import type { Cluster } from '../cluster.js'

/** The file that figures are recorded in; version 9 began new ones. pve-cluster RRD.pm */
export function recordFile(
  { definition }: Pick<Cluster, 'definition'>,
  { kind, name }: { readonly kind: 'node' | 'vm' | 'storage'; readonly name: string | number },
): string {
  const isOld = Number.parseInt(definition.id.version, 10) < 9
  return `/var/lib/rrdcached/db/${isOld ? `pve2-${kind}` : `pve-${kind}-9.0`}/${name}`
}
