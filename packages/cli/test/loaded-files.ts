import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { proxkit } from './run-command.js'

interface Loaded {
  readonly code: number
  /** Files of ours, by their paths below `packages`. */
  readonly ours: readonly string[]
  /** Names of the libraries that some file was loaded of. */
  readonly libraries: readonly string[]
}

/** Runs `proxkit` to its end and tells which files it had loaded. */
export async function loadedFiles(
  args: readonly string[],
  env: NodeJS.ProcessEnv = {},
): Promise<Loaded> {
  const directory = await mkdtemp(join(tmpdir(), 'proxkit-'))
  const { code } = await proxkit(args, { ...env, NODE_V8_COVERAGE: directory })
  const reports = await readdir(directory)
  const texts = await Promise.all(reports.map((name) => readFile(join(directory, name), 'utf8')))
  await rm(directory, { recursive: true })
  const urls = texts.flatMap(urlsOf).filter((url) => url.startsWith('file:'))
  const ours = urls.filter((url) => !url.includes('/node_modules/'))
  const libraries = urls.flatMap(
    (url) => /.*\/node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(url)?.[1] ?? [],
  )
  return {
    code,
    ours: ours.map((url) => url.replace(/^.*\/packages\//, '')),
    libraries: [...new Set(libraries)].toSorted(),
  }
}

function urlsOf(report: string): string[] {
  const { result }: { readonly result: readonly { readonly url: string }[] } = JSON.parse(report)
  return result.map(({ url }) => url)
}
