import { Redis } from 'ioredis'
import type { SharedStore } from './shared-store.js'

/** A store of all gateways that are given the same Redis or Valkey: `redis://[user:password@]host[:port][/database]`. */
export interface RedisStore extends SharedStore {
  /** The connection, for what counts there too. */
  readonly redis: Redis
}

export function redisStore(
  url: string,
  { onError }: { readonly onError: (error: Error) => void },
): RedisStore {
  const redis = new Redis(url, {
    keyPrefix: 'proxkit:',
    // What is kept here can be had again: a store that hangs must not hold up a call.
    commandTimeout: 1000,
    connectTimeout: 2000,
    maxRetriesPerRequest: 1,
  })
  redis.on('error', onError)
  return {
    redis,
    async get(keys) {
      return (await redis.mget(...keys)).map((value) => value ?? undefined)
    },
    async set(key, value, milliseconds) {
      await redis.set(key, value, 'PX', milliseconds)
    },
    claim: async (key, value, milliseconds) =>
      (await redis.set(key, value, 'PX', milliseconds, 'NX')) === 'OK',
    async remove(key, value) {
      await redis.eval(removeIfSame, 1, key, value)
    },
    async close() {
      redis.disconnect()
    },
  }
}

const removeIfSame =
  "if redis.call('get', KEYS[1]) == ARGV[1] then return redis.call('del', KEYS[1]) end"
