import type { ApiRequest, Params, ParamValue } from '@proxkit/schema'
import { toFormText } from './form-text.js'
import { encodeUpload, type UploadBody } from './upload-body.js'

/** A call as it goes on the wire. */
export interface EncodedRequest {
  /** Path and query. */
  readonly target: string
  readonly body?: string
  readonly contentType?: string
  /** In place of `body`, where a file goes along. */
  readonly upload?: UploadBody
}

/** Parameters of GET and DELETE go into the query, those of POST and PUT into the body. */
export const encodeRequest = (prefix: string, request: ApiRequest): EncodedRequest => {
  const target = prefix + request.path
  if (request.upload) {
    if (request.verb === 'POST') {
      const upload = encodeUpload(request.params, request.upload)
      return { target, upload, contentType: upload.contentType }
    }
    throw new TypeError(`${request.verb} ${request.path}: only a POST can take a file along`)
  }
  if (request.verb === 'GET' || request.verb === 'DELETE') {
    const query = encodeForm(request.params)
    return { target: query === '' ? target : `${target}?${query}` }
  }
  if (Object.values(request.params).some(isNested)) {
    return {
      target,
      body: JSON.stringify(request.params),
      contentType: 'application/json',
    }
  }
  const body = encodeForm(request.params)
  return body === '' ? { target } : { target, body, contentType: formType }
}

const formType = 'application/x-www-form-urlencoded'

/** `application/x-www-form-urlencoded`: booleans as 1 and 0, an array as its key repeated, an empty one as `key=`. */
const encodeForm = (params: Params): string => {
  const pairs: string[] = []
  for (const [name, value] of Object.entries(params)) {
    if (value === undefined || value === null) continue
    if (Array.isArray(value) && value.length > 0) {
      for (const item of value) pairs.push(encodePair(name, item))
    } else {
      pairs.push(encodePair(name, value))
    }
  }
  return pairs.join('&')
}

const encodePair = (name: string, value: ParamValue): string =>
  `${encodeURIComponent(name)}=${encodeURIComponent(toFormText(name, value))}`

/** Whether a form cannot hold the value, so that the body has to be JSON. */
const isNested = (value: ParamValue | undefined): boolean =>
  Array.isArray(value)
    ? value.some((item) => typeof item === 'object')
    : typeof value === 'object' && value !== null
