import { failed } from '../../engine/fault.js'
import type { Handler } from '../../engine/handle.js'
import { optionsOf } from '../stored/option-names.js'
import { collection } from '../stored/collection.js'
import { text } from '../stored/stored-handler.js'

// pve-manager API2/Cluster/MetricServer.pm; Status/Graphite.pm, InfluxDB.pm, OpenTelemetry.pm
export const metricServerHandlers: readonly Handler[] = collection({
  file: 'status.cfg',
  path: '/cluster/metrics/server',
  id: 'id',
  createsBelow: true,
  types: {
    graphite: optionsOf('server', 'port mtu proto timeout path disable'),
    influxdb: optionsOf(
      'server port',
      'mtu disable organization bucket influxdbproto timeout max-body-size api-path-prefix verify-certificate',
    ),
    opentelemetry: optionsOf(
      'server',
      'port disable otel-protocol otel-path otel-timeout otel-headers otel-verify-ssl otel-max-body-size ' +
        'otel-resource-attributes otel-compression',
    ),
  },
  secret: { name: 'token', file: (id) => `priv/metricserver/${id}.pw` },
  hidesDigest: true,
  isSorted: true,
  texts: {
    missing: (id) => `status server entry '${id}' does not exist`,
    unknown: (id) => `no such server '${id}'`,
    exists: (id) => `Metric server '${id}' already exists`,
  },
  deletesUnknown: () => failed('cannot lookup undefined type!'),
  show: (data, { params }, isListed) => {
    if (!isListed) return data
    const { disable = 0, type, server, port } = data
    return { id: data.id ?? text(params, 'id'), disable, type, server, port }
  },
})
