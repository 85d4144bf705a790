// A part of undici that can be had without the whole of it, which takes three times as long to load.
declare module 'undici/lib/dispatcher/pool.js' {
  import type { Pool } from 'undici'
  const pool: typeof Pool
  export = pool
}

declare module 'proxy-from-env' {
  /** The proxy that the environment names for a URL; empty: none. */
  export function getProxyForUrl(url: string): string
}
