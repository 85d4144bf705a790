import { copyFileSync, existsSync, readdirSync, readFileSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import { build, type BuildOptions, type Plugin } from 'rolldown'

const packages = fileURLToPath(new URL('../../packages', import.meta.url))

/**
 * Joins what `tsc -b` has compiled of each package into `bundle`: a program that uses it opens a few files instead of
 * hundreds. Other packages, ours too, stay apart, as they are installed beside it.
 */
export async function bundlePackages(): Promise<void> {
  const directories = readdirSync(packages).map((name) => `${packages}/${name}`)
  await build(directories.map(bundleOf))
  for (const directory of directories) {
    if (existsSync(`${directory}/browser`)) await bundleForBrowsers(directory)
  }
}

/** What browsers load of a package: each page's script in one file, beside what else `browser` has for them. */
async function bundleForBrowsers(directory: string): Promise<void> {
  const files = readdirSync(`${directory}/browser`)
  const scripts = files.filter((name) => name.endsWith('-page.ts'))
  const entries = scripts.map((name) => name.replace(/-page\.ts$/, ''))
  await build({
    input: Object.fromEntries(
      entries.map((entry) => [entry, `${directory}/browser/dist/${entry}-page.js`]),
    ),
    platform: 'browser',
    tsconfig: false,
    logLevel: 'warn',
    checks: { bundlerTimings: false },
    output: { dir: `${directory}/bundle/browser`, chunkFileNames: '[name].js' },
  })
  for (const name of files.filter((name) => /\.(?:css|svg)$/.test(name))) {
    copyFileSync(`${directory}/browser/${name}`, `${directory}/bundle/browser/${name}`)
  }
}

function bundleOf(directory: string): BuildOptions {
  const entries = entriesOf(directory)
  return {
    input: Object.fromEntries(entries.map((entry) => [entry, `${directory}/dist/${entry}.js`])),
    platform: 'node',
    external: /^@?[a-z][\w.-]*(?:\/|$)/,
    tsconfig: false,
    plugins: [mapsOfCompiler],
    logLevel: 'warn',
    // How long it takes is told by what else the machine does.
    checks: { bundlerTimings: false },
    output: {
      dir: `${directory}/bundle`,
      cleanDir: true,
      chunkFileNames: '[name].js',
      sourcemap: true,
      sourcemapExcludeSources: true,
    },
  }
}

interface Manifest {
  readonly exports: Readonly<Record<string, string | { readonly default: string }>>
}

/** Where a package is entered, as paths in `dist` and `bundle` without their ending; a command is at `main`. */
function entriesOf(directory: string): string[] {
  const manifest: Manifest = JSON.parse(readFileSync(`${directory}/package.json`, 'utf8'))
  const entries = Object.values(manifest.exports).flatMap((entry) =>
    typeof entry === 'string' ? [] : [entry.default.replace(/^\.\/bundle\/(.+)\.js$/, '$1')],
  )
  return entries.length > 0 ? entries : ['main']
}

/** Lets the source maps of a bundle lead through those of the compiler to the sources. */
const mapsOfCompiler: Plugin = {
  name: 'maps-of-compiler',
  load: {
    filter: { id: /\.js$/ },
    async handler(id) {
      const map = `${id}.map`
      if (!existsSync(map)) return null
      return { code: await readFile(id, 'utf8'), map: await readFile(map, 'utf8') }
    },
  },
}
