import type { ClientOf, Newest, Product, PveClient } from '@proxkit/client'

/** What an example is given: a client, and somewhere to print. */
export interface ExampleSetting {
  readonly pve: PveClient
  readonly print: (line: string) => void
}

export type Example = (setting: ExampleSetting) => Promise<void>

/** The client of another product, and somewhere to print. */
export interface ProductSetting<P extends Product> {
  readonly client: ClientOf<P, Newest[P]>
  readonly print: (line: string) => void
}

export type ProductExample<P extends Product> = (setting: ProductSetting<P>) => Promise<void>
