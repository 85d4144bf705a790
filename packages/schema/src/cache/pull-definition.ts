import { parseApidoc, readMethods } from '../apidoc/parse-apidoc.js'
import { ApidocError } from '../apidoc/apidoc-error.js'
import { listDefinitions } from '../load-definition.js'
import type { Product } from '../model.js'
import { products } from '../products.js'
import { cacheDirectory } from './cache-directory.js'
import { fetchPage, type Page, type PullTls } from './fetch-page.js'
import { parseServer, places } from './parse-server.js'
import { PullError } from './pull-error.js'
import {
  type FetchedDefinition,
  isName,
  type PulledDefinition,
  savePulledDefinition,
} from './pulled-definitions.js'
import { recogniseProduct } from './recognise-product.js'
import type { Reach } from './open-socket.js'
import { readVendorTexts } from './vendor-texts.js'

export interface PullOptions extends FetchDefinitionOptions {
  /** The cache to keep it in; the user's if absent. */
  readonly directory?: string
}

export interface FetchDefinitionOptions {
  /** Found out where it is absent. */
  readonly product?: Product
  /** Read from the server's web page where it is absent; PVE and PMG tell it there. */
  readonly version?: string
  /** What to keep it as; product and version (`pve-9.2.4`) where it is absent. */
  readonly name?: string
  readonly tls?: PullTls
  /** Which addresses may be connected to; any if absent. */
  readonly reach?: Reach
  /** Milliseconds per page; 30000 if absent. */
  readonly timeout?: number
}

/** Fetches the API description that a server serves, as `fetchDefinition` does, and keeps facts and texts of it in the cache. */
export async function pullDefinition(
  server: string,
  { directory = cacheDirectory(), ...options }: PullOptions = {},
): Promise<PulledDefinition> {
  const fetched = await fetchDefinition(server, options)
  savePulledDefinition(fetched, directory)
  return fetched.pulled
}

/**
 * Fetches the API description that a server serves to its own API viewer. `server` is a URL, or a host with or without a
 * port; that of the viewer or of the description itself will do. No login is needed.
 * Rejects with `PullError`, and with `TypeError` where a server, a name or an option is none.
 */
export async function fetchDefinition(
  server: string,
  options: FetchDefinitionOptions = {},
): Promise<FetchedDefinition> {
  const base = parseServer(server, options.product)
  if (options.name !== undefined) requireFreeName(options.name)
  const { timeout = 30_000, tls, reach } = options
  const fetch = (path: string): Promise<Page> =>
    fetchPage(new URL(path.slice(1), base), { tls, reach, timeout })

  const { apidoc, product, url } = await findApidoc(base, { product: options.product, fetch })
  const version = options.version ?? (await readVersion(fetch, product))
  const name = options.name ?? `${product}-${version}`
  requireFreeName(name)
  const pulled = { name, product, version, url, pulledAt: new Date().toISOString() }
  return reading(url, () => ({
    pulled,
    methods: parseApidoc(apidoc, pulled),
    texts: readVendorTexts(apidoc),
  }))
}

interface Found {
  readonly apidoc: string
  readonly product: Product
  readonly url: string
}

/** Looks where a product has its description, or where any of them has. */
async function findApidoc(
  base: URL,
  {
    product: wanted,
    fetch,
  }: {
    readonly product: Product | undefined
    readonly fetch: (path: string) => Promise<Page>
  },
): Promise<Found> {
  const candidates = wanted ? [wanted] : products
  const paths = new Set(candidates.map((product) => places[product].apidoc))
  for (const path of paths) {
    const { status, type, text } = await fetch(path)
    if (status >= 300 && status < 400) {
      const url = new URL(path.slice(1), base).href
      throw new PullError(`${url} leads elsewhere (${status}), and is not followed`)
    }
    // A server of another product may answer an unknown path with its web page.
    if (status !== 200 || type.startsWith('text/html')) continue
    const url = new URL(path.slice(1), base).href
    const product = productOf(text, url)
    if (wanted && product !== wanted) {
      throw new PullError(`${url} describes the API of ${product}, not of ${wanted}`)
    }
    return { apidoc: text, product, url }
  }
  throw new PullError(`${base.origin} serves no API description: none at ${[...paths].join(', ')}`)
}

function productOf(apidoc: string, url: string): Product {
  // The paths are read in the same way in all products.
  const product = reading(url, () => recogniseProduct(readMethods(apidoc, 'pve')))
  if (product) return product
  throw new PullError(`${url} describes an API that is none of PVE, PBS, PMG and PDM`)
}

function reading<T>(url: string, read: () => T): T {
  try {
    return read()
  } catch (error) {
    if (!(error instanceof ApidocError)) throw error
    throw new PullError(`cannot read ${url}: ${error.message}`, { cause: error })
  }
}

/** The web page of PVE and PMG asks for its program by version, so that a browser takes no old one. */
// pve-manager www/index.html.tpl; pmg-gui: its page alike
async function readVersion(
  fetch: (path: string) => Promise<Page>,
  product: Product,
): Promise<string> {
  const { text } = await fetch('/')
  const [, version] = /managerlib\.js\?ver=(\d+(?:\.\d+)+)/.exec(text) ?? []
  if (version !== undefined) return version
  throw new PullError(
    `the server does not tell its version without a login; give it, such as ${newest(product)}`,
  )
}

/** Throws `TypeError` where a pulled definition cannot have this name: it is none, or that of one that is built in. */
export function requireFreeName(name: string): void {
  if (!isName(name)) {
    throw new TypeError(
      `'${name}' is not a name for a definition: use letters, digits, dots and hyphens`,
    )
  }
  if (listDefinitions().some(({ product, version }) => `${product}-${version}` === name)) {
    throw new TypeError(
      `${name} is a definition that comes with Proxkit; give the exact version, or another name`,
    )
  }
}

const newest = (product: Product): string =>
  `${listDefinitions().find((known) => known.product === product)?.version}.1`
