import { type FastifyServerOptions, LogController } from 'fastify'
import { randomUUID } from 'node:crypto'
import type { DestinationStream } from 'pino'

export interface LogOptions {
  readonly level: 'trace' | 'debug' | 'info' | 'warn' | 'error' | 'silent'
  /** Where lines of JSON go; default standard output. */
  readonly stream?: DestinationStream
}

/** One line for each request that was answered, with nothing in it that opens a door. */
export function loggerOptions(
  log: LogOptions,
): Pick<FastifyServerOptions, 'logger' | 'genReqId' | 'requestIdHeader' | 'logController'> {
  return {
    logger: log.level !== 'silent' && {
      level: log.level,
      ...(log.stream && { stream: log.stream }),
      serializers: {
        req: ({ method, url, ip }) => ({ method, path: url.split('?', 1)[0], from: ip }),
        res: ({ statusCode }) => ({ status: statusCode }),
        err: ({ name, message, stack = '' }: Error) => ({ type: name, message, stack }),
      },
    },
    // A line for each answer is written by the operations plugin.
    logController: new LogController({ disableRequestLogging: true }),
    requestIdHeader: false,
    genReqId: ({ headers }) => requestId(headers['x-request-id']),
  }
}

/** That of whoever calls, where it is one that can stand in a log. */
function requestId(given: string | string[] | undefined): string {
  return typeof given === 'string' && /^[\w.:-]{1,128}$/.test(given) ? given : randomUUID()
}
