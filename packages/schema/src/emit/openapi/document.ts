import type { JsonSchema } from '../json-schema/json-schema.js'

/** An OpenAPI 3.1 document, with the fields that the emitter writes. */
export interface OpenapiDocument {
  readonly openapi: string
  readonly info: { readonly title: string; readonly version: string; readonly summary: string }
  readonly servers: readonly Server[]
  readonly tags: readonly { readonly name: string }[]
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>
  readonly components: {
    readonly schemas: Readonly<Record<string, JsonSchema>>
    readonly responses: Readonly<Record<string, Response>>
    readonly securitySchemes: Readonly<Record<string, SecurityScheme>>
  }
}

export interface Server {
  readonly url: string
  readonly variables?: Readonly<Record<string, { readonly default: string }>>
}

export interface Operation {
  readonly operationId: string
  readonly summary?: string
  readonly tags: readonly string[]
  readonly parameters?: readonly Parameter[]
  readonly requestBody?: RequestBody
  readonly responses: Readonly<Record<string, Response | Reference>>
  readonly security: readonly Readonly<Record<string, readonly string[]>>[]
  readonly [extension: `x-proxmox-${string}`]: unknown
}

export interface Parameter {
  readonly name: string
  readonly in: 'path' | 'query'
  readonly description?: string
  readonly required?: boolean
  readonly style?: 'form'
  readonly explode?: boolean
  readonly schema?: JsonSchema
  readonly content?: Content
  readonly [extension: `x-proxmox-${string}`]: unknown
}

interface RequestBody {
  readonly required?: boolean
  readonly content: Content
}

export type Content = Readonly<Record<string, MediaType>>

export interface MediaType {
  readonly schema?: JsonSchema
  readonly encoding?: Readonly<
    Record<string, { readonly style: 'form'; readonly explode: boolean }>
  >
}

export interface Response {
  readonly description: string
  readonly headers?: Readonly<
    Record<string, { readonly description: string; readonly schema: JsonSchema }>
  >
  readonly content?: Content
}

interface Reference {
  readonly $ref: string
}

export type SecurityScheme =
  | {
      readonly type: 'apiKey'
      readonly in: 'cookie' | 'header'
      readonly name: string
      readonly description: string
    }
  | { readonly type: 'http'; readonly scheme: 'bearer'; readonly description: string }
