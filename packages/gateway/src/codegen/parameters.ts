import { type Product, products } from '@proxkit/schema'
import { z } from 'zod'
import { isFields } from '../api2/request-body.js'
import { type FieldError, Refusal } from '../rest/refusal.js'

export interface GenerateParameters {
  readonly source_url?: string | undefined
  readonly version_tag?: string | undefined
  readonly product: Product
  readonly persist: boolean
}

export interface ReadParameters {
  readonly version_tag?: string | undefined
  readonly product: Product
}

export type ParametersOf<T> = (given: { readonly query: unknown; readonly body: unknown }) => T

const product = z.enum(products)

/** What is generated is found by its tag, and is newer than another as its tag is. */
const newTag = z
  .string()
  .regex(/^(?:latest|\d[\w.+~-]{0,31})$/, 'a tag is a version, such as 9.2.4')
  .transform((tag) => (tag === 'latest' ? undefined : tag))

export const generateParameters = (preset: Product): ParametersOf<GenerateParameters> =>
  parametersOf(
    z.strictObject({
      source_url: z.string().max(2000).optional(),
      version_tag: newTag.optional(),
      product: product.default(preset),
      persist: z.union([z.boolean(), z.stringbool()]).default(true),
    }),
  )

export const readParameters = (preset: Product): ParametersOf<ReadParameters> =>
  parametersOf(
    z.strictObject({
      version_tag: z.string().max(100).optional(),
      product: product.default(preset),
    }),
  )

export const versionsParameters = (
  preset: Product,
): ParametersOf<Pick<ReadParameters, 'product'>> =>
  parametersOf(z.strictObject({ product: product.default(preset) }))

/** Reads query and body, of which the query goes first. Throws the refusal of what is none. */
function parametersOf<T>(schema: z.ZodType<T>): ParametersOf<T> {
  return ({ query, body }) => {
    if (body !== undefined && !isFields(body)) {
      throw new Refusal(400, 'the body is not a JSON object')
    }
    const read = schema.safeParse({ ...(isFields(body) && body), ...(isFields(query) && query) })
    if (read.success) return read.data
    const errors = read.error.issues.flatMap(fieldErrorsOf)
    const fields = errors.map(({ field, message }) => `${field}: ${message}`)
    throw new Refusal(422, fields.join('; '), { errors })
  }
}

const fieldErrorsOf = (issue: z.core.$ZodIssue): readonly FieldError[] =>
  issue.code === 'unrecognized_keys'
    ? issue.keys.map((field) => ({ field, message: 'there is no such parameter' }))
    : [{ field: issue.path.map(String).join('.'), message: issue.message }]
