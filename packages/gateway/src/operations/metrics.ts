import { collectDefaultMetrics, Counter, Histogram, Registry } from 'prom-client'

/** What the gateway counts, for Prometheus. */
export interface Metrics {
  readonly type: string
  /** One request that was answered; `operation` is its path template, so that there are not as many as guests. */
  observe(request: ObservedRequest): void
  /** An answer that is not as the definition has it. */
  countMismatch(operation: string): void
  /** What passed though the definition does not know it. */
  countUnknown(kind: string): void
  text(): Promise<string>
}

interface ObservedRequest {
  readonly method: string
  readonly operation: string
  readonly status: number
  readonly seconds: number
}

export function createMetrics(): Metrics {
  const registry = new Registry()
  collectDefaultMetrics({ register: registry })
  const requests = new Histogram({
    name: 'proxkit_gateway_request_seconds',
    help: 'Time until a request was answered.',
    labelNames: ['method', 'operation', 'status'],
    buckets: [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10],
    registers: [registry],
  })
  const mismatches = new Counter({
    name: 'proxkit_gateway_answer_mismatches_total',
    help: 'Answers that are not as the definition has them, of those that were looked at.',
    labelNames: ['operation'],
    registers: [registry],
  })
  const unknowns = new Counter({
    name: 'proxkit_gateway_unknown_total',
    help: 'Requests that passed with an operation or parameters that the definition does not know.',
    labelNames: ['kind'],
    registers: [registry],
  })
  return {
    type: registry.contentType,
    observe: ({ method, operation, status, seconds }) =>
      requests.observe({ method, operation, status }, seconds),
    countMismatch: (operation) => mismatches.inc({ operation }),
    countUnknown: (kind) => unknowns.inc({ kind }),
    text: () => registry.metrics(),
  }
}
