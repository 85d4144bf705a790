import type { Clients, Newest, PveClient } from '@proxkit/client'

/** What an example is given: a client, and somewhere to print. */
export interface ExampleSetting {
  readonly pve: PveClient
  readonly print: (line: string) => void
}

export type Example = (setting: ExampleSetting) => Promise<void>

/** The client of another product, and somewhere to print. */
export interface ProductSetting<Product extends keyof Clients> {
  readonly client: Clients[Product][Newest[Product] & keyof Clients[Product]]
  readonly print: (line: string) => void
}

export type ProductExample<Product extends keyof Clients> = (
  setting: ProductSetting<Product>,
) => Promise<void>
