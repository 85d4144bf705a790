import { createHash } from 'node:crypto'
import type { IncomingMessage } from 'node:http'
import { failed } from '../../../engine/fault.js'
import { connectionFault, fetchUrl } from './fetch-url.js'

/** An image in a registry: `ghcr.io/home/app:1.0`. */
interface ImageReference {
  /** Host that answers for the registry. */
  readonly host: string
  readonly repository: string
  readonly tag: string
}

/** A part of an image as a manifest lists it. */
interface Blob {
  readonly digest: string
  readonly size: number
}

interface Manifest {
  readonly config?: Blob
  readonly layers?: readonly Blob[]
  /** Manifests of the same image by platform. */
  readonly manifests?: readonly (Blob & {
    readonly platform?: { readonly os?: string; readonly architecture?: string }
  })[]
}

const manifestTypes = [
  'application/vnd.oci.image.manifest.v1+json',
  'application/vnd.oci.image.index.v1+json',
  'application/vnd.docker.distribution.manifest.v2+json',
  'application/vnd.docker.distribution.manifest.list.v2+json',
].join(', ')

/** Talks to the registry of one image over the distribution protocol. */
export class OciRegistry {
  readonly #image: ImageReference
  readonly #signal: AbortSignal | undefined
  #token: string | undefined
  #origin: string | undefined

  constructor(reference: string, signal?: AbortSignal) {
    this.#image = parseReference(reference)
    this.#signal = signal
  }

  /** All tags of the repository, page by page. */
  async tags(): Promise<string[]> {
    const tags: string[] = []
    let path: string | undefined = 'tags/list'
    while (path !== undefined) {
      const answer: IncomingMessage = await this.#get(path)
      const page: { tags?: string[] | null } = await readJson(answer)
      tags.push(...(page.tags ?? []))
      const next = /<([^>]+)>;\s*rel="?next/.exec(String(answer.headers.link ?? ''))?.[1]
      path = next === undefined ? undefined : `tags/list${new URL(next, 'http://x').search}`
    }
    return tags
  }

  /** What the image for the processor of the nodes is made of. */
  async manifest(): Promise<{ readonly config: Blob; readonly layers: readonly Blob[] }> {
    const read = async (reference: string): Promise<Manifest> =>
      readJson(await this.#get(`manifests/${reference}`, { Accept: manifestTypes }))
    let manifest = await read(this.#image.tag)
    if (manifest.manifests) {
      const fitting = manifest.manifests.find(
        ({ platform }) => platform?.os === 'linux' && platform.architecture === 'amd64',
      )
      if (!fitting) {
        throw failed(
          'no image found in image index for architecture "amd64", variant "", OS "linux"',
        )
      }
      manifest = await read(fitting.digest)
    }
    const { config, layers } = manifest
    if (!config || !layers) throw failed('unsupported manifest format')
    return { config, layers }
  }

  /** Reads a part to its end without keeping it; returns its size. Throws where it is not what its name says. */
  async pull({ digest }: Blob): Promise<number> {
    const [algorithm = '', expected] = digest.split(':')
    if (!/^sha(?:256|512)$/.test(algorithm))
      throw failed(`unsupported digest algorithm: ${algorithm}`)
    const hash = createHash(algorithm)
    let size = 0
    for await (const chunk of await this.#get(`blobs/${digest}`)) {
      const data = Buffer.isBuffer(chunk) ? chunk : Buffer.from(String(chunk))
      hash.update(data)
      size += data.length
    }
    const got = hash.digest('hex')
    if (got !== expected) {
      throw failed(`Digest did not match, expected ${digest}, got ${algorithm}:${got}`)
    }
    return size
  }

  async #get(
    path: string,
    headers: Readonly<Record<string, string>> = {},
  ): Promise<IncomingMessage> {
    const { repository } = this.#image
    const ask = async (): Promise<IncomingMessage> =>
      this.#fetch(`${await this.#base()}/v2/${repository}/${path}`, {
        ...headers,
        ...(this.#token !== undefined && { Authorization: `Bearer ${this.#token}` }),
      })
    let answer = await ask()
    if (answer.statusCode === 401 && this.#token === undefined) {
      answer.resume()
      this.#token = await this.#login(answer.headers['www-authenticate'] ?? '')
      answer = await ask()
    }
    if (answer.statusCode === 200) return answer
    const problem: { errors?: { code?: string; message?: string }[] } = await readJson(answer)
    const { code, message } = problem.errors?.[0] ?? {}
    throw failed(
      code === undefined
        ? `received unexpected HTTP status: ${answer.statusCode} ${answer.statusMessage}`
        : `${code.toLowerCase().replaceAll('_', ' ')}: ${message ?? ''}`,
    )
  }

  /** Registries answer over TLS; one on the machine that the simulator runs on may do without. */
  async #base(): Promise<string> {
    if (this.#origin !== undefined) return this.#origin
    const { host } = this.#image
    const secure = `https://${host}`
    if (!/^(?:localhost|127\.[\d.]+)(?::\d+)?$/.test(host)) this.#origin = secure
    else {
      const isSecure = await this.#fetch(`${secure}/v2/`, {}).then(
        (answer) => (answer.resume(), true),
        () => false,
      )
      this.#origin = isSecure ? secure : `http://${host}`
    }
    return this.#origin
  }

  /** What anybody may read needs a token too, which the registry gives without a password. */
  async #login(challenge: string): Promise<string> {
    const fields = new Map(
      Array.from(challenge.matchAll(/(\w+)="([^"]*)"/g), ([, key = '', value = '']) => [
        key,
        value,
      ]),
    )
    const realm = fields.get('realm')
    if (!challenge.startsWith('Bearer ') || realm === undefined) {
      throw failed('unable to retrieve auth token: invalid username/password: unauthorized')
    }
    const url = new URL(realm)
    for (const name of ['service', 'scope']) {
      const value = fields.get(name)
      if (value !== undefined) url.searchParams.set(name, value)
    }
    const answer = await this.#fetch(url.href, {})
    const { token, access_token: other } = await readJson<{ token: string; access_token: string }>(
      answer,
    )
    const given = token ?? other
    if (answer.statusCode !== 200 || given === undefined) {
      throw failed('unable to retrieve auth token: invalid username/password: unauthorized')
    }
    return given
  }

  async #fetch(url: string, headers: Readonly<Record<string, string>>): Promise<IncomingMessage> {
    try {
      return await fetchUrl(url, {
        method: 'GET',
        verifyCertificates: true,
        headers,
        ...(this.#signal && { signal: this.#signal }),
      })
    } catch (error) {
      throw failed(`pinging container registry ${this.#image.host}: ${connectionFault(error)}`)
    }
  }
}

/** Names without a host are those of Docker's registry, where single names have a common owner. */
export function parseReference(reference: string): ImageReference {
  const [, name = '', tag = 'latest'] =
    /^(.*?)(?::([\w.-]+))?$/.exec(reference.replace(/^(.*\/)?/, '')) ?? []
  const place = reference.slice(0, reference.lastIndexOf('/') + 1)
  const [first = '', ...rest] = `${place}${name}`.split('/')
  const isHost = rest.length > 0 && (/[.:]/.test(first) || first === 'localhost')
  const host = isHost ? first : 'docker.io'
  const path = isHost ? rest : [first, ...rest]
  const isDocker = host === 'docker.io'
  return {
    host: isDocker ? 'registry-1.docker.io' : host,
    repository: isDocker && path.length === 1 ? `library/${path[0]}` : path.join('/'),
    tag,
  }
}

/** An answer of the protocol; an empty object for what is none. */
async function readJson<T extends object>(answer: AsyncIterable<unknown>): Promise<Partial<T>> {
  const parts: Buffer[] = []
  for await (const chunk of answer)
    parts.push(Buffer.isBuffer(chunk) ? chunk : Buffer.from(String(chunk)))
  try {
    const value: unknown = JSON.parse(Buffer.concat(parts).toString())
    return Object(value)
  } catch {
    return {}
  }
}
