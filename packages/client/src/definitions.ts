import type { ApiRequest, Definition, FoundMethod, Params, Product, Schema } from '@proxkit/schema'
import type { Form } from './params.js'

/**
 * What the definition of a client's API is asked for at run time. It is loaded when it is first needed, since most
 * programs never do.
 */
export class Definitions {
  readonly #id: { readonly product: Product; readonly version: string }
  #definition: Definition | undefined

  constructor(id: { readonly product: Product; readonly version: string }) {
    this.#id = id
  }

  /** The privileges that a call needs, such as `VM.PowerMgmt on /vms/100`; `undefined` for an unknown call. */
  async needsOf(request: ApiRequest): Promise<string | undefined> {
    const found = await this.#find(request)
    if (!found) return undefined
    const { explainPermission } = await load()
    const params: Params = { ...request.params, ...found.pathParams }
    return explainPermission(found.method, params).text
  }

  /** The answer of a call with the types that the definition has in place of what Perl makes of them. */
  async decode(request: ApiRequest, data: unknown): Promise<unknown> {
    const found = await this.#find(request)
    if (!found) return data
    const { decodeValue } = await load()
    return decodeValue(found.method.returns, data)
  }

  /** The members by which the entries of a list are told apart: `node` for `/nodes`. */
  async identityOf(request: ApiRequest): Promise<readonly string[] | undefined> {
    const found = await this.#find(request)
    if (!found || !this.#definition) return undefined
    const { identityOf } = await load()
    return identityOf(this.#definition, found.method)
  }

  /** How lists and objects travel as the parameters of a call. */
  async formsOf(call: Pick<ApiRequest, 'verb' | 'path'>): Promise<(name: string) => Form> {
    const properties = (await this.#find(call))?.method.parameters.properties ?? {}
    return (name) => formOf(properties[name])
  }

  async #find({ verb, path }: Pick<ApiRequest, 'verb' | 'path'>): Promise<FoundMethod | undefined> {
    const { loadDefinition } = await load()
    this.#definition ??= loadDefinition(this.#id)
    return this.#definition.find(verb, decodeURIComponent(path))
  }
}

const load = (): Promise<typeof import('@proxkit/schema')> => import('@proxkit/schema')

const formOf = ({ propertyString, type, items }: Schema = {}): Form => {
  if (propertyString) return propertyString.type === 'array' ? 'list' : 'property-string'
  if (items) return formOf(items)
  return type === 'object' ? 'json' : 'property-string'
}
