import type { CallOptions, PathId } from './call-types.js'

/**
 * A handle whose paths, parameters and results are not known to the types. Under `noUncheckedIndexedAccess` its
 * components are given by calls: `any('nodes', 'pve1')`.
 */
export type AnyResource = AnyCalls<AnyResource> & { readonly [component: string]: AnyResource }

export interface AnyCalls<Child> {
  (id: PathId | readonly PathId[], ...more: readonly (PathId | readonly PathId[])[]): Child
  (params?: object, options?: CallOptions): Promise<unknown>
  get(params?: object, options?: CallOptions): Promise<unknown>
  get(
    id: PathId | readonly PathId[],
    ...more: readonly (PathId | object | undefined)[]
  ): Promise<unknown>
  post(params?: object, options?: CallOptions): Promise<unknown>
  post(
    id: PathId | readonly PathId[],
    ...more: readonly (PathId | object | undefined)[]
  ): Promise<unknown>
  create(params?: object, options?: CallOptions): Promise<unknown>
  create(
    id: PathId | readonly PathId[],
    ...more: readonly (PathId | object | undefined)[]
  ): Promise<unknown>
  put(params?: object, options?: CallOptions): Promise<unknown>
  put(
    id: PathId | readonly PathId[],
    ...more: readonly (PathId | object | undefined)[]
  ): Promise<unknown>
  set(params?: object, options?: CallOptions): Promise<unknown>
  set(
    id: PathId | readonly PathId[],
    ...more: readonly (PathId | object | undefined)[]
  ): Promise<unknown>
  delete(params?: object, options?: CallOptions): Promise<unknown>
  delete(
    id: PathId | readonly PathId[],
    ...more: readonly (PathId | object | undefined)[]
  ): Promise<unknown>
}
