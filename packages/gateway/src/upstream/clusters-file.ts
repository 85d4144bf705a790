import { type Product, products } from '@proxkit/schema'
import { z } from 'zod'
import { readYaml } from '../configuration.js'

/** Where a cluster is, and with which login the gateway acts there. */
export interface ClusterPlace {
  /** Of several nodes, one that answers is asked. */
  readonly host: string | readonly string[]
  readonly product: Product
  readonly 'api-version'?: string | undefined
  readonly fingerprint?: string | undefined
  /** Path of a file. */
  readonly ca?: string | undefined
  readonly insecure: boolean
  readonly token?: string | undefined
  readonly user?: string | undefined
  readonly password?: string | undefined
}

/** Reads the clusters behind a gateway, by name; throws a `ConfigurationError` with the place of a mistake. */
export const readClusters = (text: string, file: string): Readonly<Record<string, ClusterPlace>> =>
  readYaml(text, { file, schema: clusters })

const text = z.string().min(1)

const place: z.ZodType<ClusterPlace> = z
  .strictObject({
    host: z.union([text, z.array(text).min(1)]),
    product: z.enum(products).default('pve'),
    'api-version': text.optional(),
    fingerprint: text.optional(),
    ca: text.optional(),
    insecure: z.boolean().default(false),
    token: text.optional(),
    user: text.optional(),
    password: text.optional(),
  })
  .refine(
    ({ user, password }) => (user === undefined) === (password === undefined),
    'user and password go together',
  )

const clusters = z
  .record(z.string().regex(/^[\w.-]+$/, 'a name has letters, digits and . _ - only'), place)
  .refine((named) => Object.keys(named).length > 0, 'there is no cluster')
