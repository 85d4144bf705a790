import type { PveClient } from '@proxkit/client'

/** What an example is given: a client, and somewhere to print. */
export interface ExampleSetting {
  readonly pve: PveClient
  readonly print: (line: string) => void
}

export type Example = (setting: ExampleSetting) => Promise<void>
