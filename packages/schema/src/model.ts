import type { Verb } from './call.js'

export type Product = 'pve' | 'pbs' | 'pmg' | 'pdm'

export type SchemaType =
  | 'string'
  | 'integer'
  | 'number'
  | 'boolean'
  | 'array'
  | 'object'
  | 'null'
  | 'any'

/**
 * One parameter or result, with the vendor's keywords in one spelling: booleans are booleans, bounds are numbers,
 * patterns are JavaScript regular expressions, and a `format` that was itself a schema is a `propertyString`.
 */
export interface Schema {
  readonly type?: SchemaType
  /** Any of these types will do. */
  readonly types?: readonly SchemaType[]
  /** The value has to pass this schema in place of a type check. */
  readonly typeShape?: Schema
  /** The vendor's name of a type that is none: any scalar passes. */
  readonly typeName?: string
  readonly optional?: boolean
  /** Belongs to a group of alternatives, so it may be absent on its own. */
  readonly group?: string
  readonly default?: string | number | boolean
  /** The vendor's default is prose or depends on the host. */
  readonly dynamicDefault?: boolean
  readonly enum?: readonly string[]
  readonly minimum?: number
  readonly maximum?: number
  readonly minLength?: number
  readonly maxLength?: number
  /** Matched as `^…$` without a group around it, as the Perl products do. */
  readonly pattern?: string
  readonly patternFlags?: string
  /** Name of a registered format, perhaps with the suffix `-list` or `-opt`. */
  readonly format?: string
  /** The value is a comma-separated property string of this shape. */
  readonly propertyString?: Schema
  /** In a property string: the key that may be written without its name. */
  readonly defaultKey?: string
  /** In a property string: this key is another name of that one. */
  readonly alias?: string
  /** In a property string with `alias`: the key that receives the name that was used. */
  readonly keyAlias?: string
  readonly properties?: Readonly<Record<string, Schema>>
  readonly additionalProperties?: boolean | Schema
  readonly items?: Schema
  /** Name of a parameter that must be given along with this one. */
  readonly requires?: string
  /** What the surrounding object has to fulfil once this parameter is given. */
  readonly requiresSchema?: Schema
  readonly allOf?: readonly Schema[]
  readonly oneOf?: readonly Schema[]
  /** The property that selects the variant, and per property the variants it belongs to. */
  readonly typeProperty?: string
  readonly typeSchema?: Schema
  readonly instanceTypes?: readonly string[]
  /** In a `oneOf` with a `typeSchema`: the value of the type property that selects this variant. */
  readonly instanceType?: string
  /** An indexed parameter such as `net[n]`: the highest index. */
  readonly maxIndex?: number
  /** Hint how to show the value: `bytes`, `timestamp`, `duration`, … */
  readonly renderer?: string
  /** Grammar of the text where the vendor wrote it by hand. */
  readonly typetext?: string
  readonly links?: readonly { readonly rel: string; readonly href: string }[]
  /** The string is the identifier of a task (UPID). */
  readonly upid?: boolean
}

/** A permission expression as the vendor writes it, as data. */
export type PermissionCheck =
  | {
      readonly op: 'perm'
      /** ACL path with `{parameter}` placeholders. */
      readonly path: string
      readonly privs: readonly string[]
      /** One of the privileges is enough. */
      readonly any?: true
      /** Fails unless this parameter is given. */
      readonly requireParam?: string
    }
  | { readonly op: 'and' | 'or'; readonly args: readonly PermissionCheck[] }
  /** `what` is `self` or a privilege on `/access/realm/<realm of userid>`. */
  | { readonly op: 'userid-param'; readonly what: string }
  | {
      readonly op: 'userid-group'
      readonly privs: readonly string[]
      readonly groupsParam?: 'create' | 'update'
    }
  | { readonly op: 'perm-modify'; readonly path: string }
  | { readonly op: 'role'; readonly roles: readonly string[] }
  | { readonly op: 'self'; readonly param: string }

export interface Permissions {
  /** `world` needs no login, `all` any login. */
  readonly user?: 'world' | 'all'
  readonly check?: PermissionCheck
  /** The vendor states further conditions in prose; they live in the code of the method. */
  readonly proseConditions?: true
}

/** One operation of an API: a verb on a path template. */
export interface Method {
  readonly verb: Verb
  /** Path template with `{parameter}` components, `/` for the root. */
  readonly path: string
  /** The vendor's own name of the method; not unique. */
  readonly name?: string
  /** An object schema: path, query and body parameters together. */
  readonly parameters: Schema
  readonly returns: Schema
  /** Absent: only root@pam may call it. */
  readonly permissions?: Permissions
  /** Runs in the privileged daemon. */
  readonly protected?: true
  /** Executed on the node that the parameter names (`node`), or on the master. */
  readonly proxyto?: string
  /** `false`: refused for API tokens. */
  readonly allowtoken?: false
  readonly downloadAllowed?: true
  readonly exposeCredentials?: true
  readonly unstable?: true
  /** PBS and PDM: the answer or the body is a stream. */
  readonly kind?: 'download' | 'upload'
  /** Fingerprint of the vendor's descriptions: tells that they changed, not what they say. */
  readonly wording?: string
}

/** Identifies a definition: `{ product: 'pve', version: '9.2' }`. */
export interface DefinitionId {
  readonly product: Product
  readonly version: string
}
