import type { Clock } from '@proxkit/client'

/** Texts that end by themselves, and that all gateways of one address know in common. */
export interface SharedStore {
  /** The values of these keys, in their order. */
  get(keys: readonly string[]): Promise<readonly (string | undefined)[]>
  set(key: string, value: string, milliseconds: number): Promise<void>
  /** Sets it where it is not set; tells whether it did. */
  claim(key: string, value: string, milliseconds: number): Promise<boolean>
  /** Removes it where it still has this value. */
  remove(key: string, value: string): Promise<void>
  close(): Promise<void>
}

/** For one gateway alone: in its memory, the oldest entries going first. */
export function memoryStore(clock: Clock): SharedStore {
  const entries = new Map<string, { readonly value: string; readonly until: number }>()
  let used = 0
  const drop = (key: string): void => {
    const entry = entries.get(key)
    if (!entry) return
    used -= key.length + entry.value.length
    entries.delete(key)
  }
  const read = (key: string): string | undefined => {
    const entry = entries.get(key)
    if (entry && entry.until <= clock.now()) drop(key)
    return entries.get(key)?.value
  }
  const write = (key: string, value: string, milliseconds: number): void => {
    drop(key)
    entries.set(key, { value, until: clock.now() + milliseconds })
    used += key.length + value.length
    for (const oldest of entries.keys()) {
      if (used <= largest) break
      drop(oldest)
    }
  }
  return {
    get: async (keys) => keys.map(read),
    set: async (key, value, milliseconds) => write(key, value, milliseconds),
    async claim(key, value, milliseconds) {
      if (read(key) !== undefined) return false
      write(key, value, milliseconds)
      return true
    },
    async remove(key, value) {
      if (read(key) === value) drop(key)
    },
    close: async () => entries.clear(),
  }
}

/** Characters that are kept in all. */
const largest = 64 * 2 ** 20
