import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { fileURLToPath } from 'node:url'
import { interpreter } from './python.mjs'

/** How often clients of other people make each call. */
const usage = fileURLToPath(new URL('../../shared/reference/endpoint-usage.json', import.meta.url))

/** Names that the lab has, so that calls come further than to what is not there. */
const known = {
  node: ['pve1', 'pve2', 'nowhere'],
  vmid: [100, 101, 102, 200, 999],
  storage: ['local', 'local-lvm', 'nowhere'],
  userid: ['root@pam', 'nobody@pve'],
  poolid: ['lab', 'nowhere'],
  snapname: ['before', 'current'],
  roleid: ['PVEAuditor', 'nobody'],
  realm: ['pam', 'pve', 'nowhere'],
  groupid: ['admins', 'nobody'],
}

/** These ask hosts elsewhere, which nobody has here: they answer 502. */
const asksOthers = /\/query-(?:oci-repo-tags|url-metadata)$/

/**
 * Has schemathesis call every GET and the hundred writes that clients make most at the gateway beside a simulator, and
 * look for failures of the server and for answers that the document does not have. One result for each of the two.
 */
export async function checkOpenapi({ docs, token }) {
  const root = docs.replace(/\/docs$/, '')
  const document = JSON.parse(narrowed(await (await fetch(`${root}/openapi.json`)).text()))
  const operations = Object.entries(document.paths).flatMap(([path, verbs]) =>
    Object.entries(verbs).map(([verb, operation]) => ({ path, verb, ...operation })),
  )
  for (const { parameters = [] } of operations) {
    for (const parameter of parameters) {
      const values = parameter.in === 'path' ? known[parameter.name] : undefined
      if (values) parameter.schema = { enum: values }
    }
  }
  for (const schema of Object.values(document.components.schemas)) keepFirstOfFamilies(schema)
  const directory = mkdtempSync(join(tmpdir(), 'proxkit-openapi-'))
  const file = join(directory, 'openapi.json')
  const given = { document, file, root, token, directory }
  try {
    const gets = operations.filter(({ verb, path }) => verb === 'get' && !asksOthers.test(path))
    const results = [await schemathesis('every GET', gets, given)]
    const writes = mostUsedWrites(operations)
    if (writes) results.push(await schemathesis('the writes that are most used', writes, given))
    else console.error('conformance: no writes are checked, since ../shared is not there')
    return results
  } finally {
    rmSync(directory, { recursive: true })
  }
}

/**
 * Perl's letters are told as all characters from U+00AA on. Whoever makes values up would list them one by one for
 * minutes; what is made up of fewer of them is as good.
 */
const narrowed = (text) => text.replaceAll('\u00AA-\u{10FFFF}', '\u00AA-\u00FF')

/** Of `net0` to `net31` one is as good as all, and values for hundreds of parameters take minutes to make up. */
function keepFirstOfFamilies({ properties = {} }) {
  for (const name of Object.keys(properties)) {
    if (/[a-z][1-9]\d*$/.test(name) && name.replace(/\d+$/, '0') in properties)
      delete properties[name]
  }
}

function mostUsedWrites(operations) {
  if (!existsSync(usage)) return undefined
  const ranked = JSON.parse(readFileSync(usage, 'utf8')).filter(({ method }) => method !== 'GET')
  return ranked
    .flatMap(({ method, path }) =>
      operations.filter(
        (one) => one.path === path && one.verb === method.toLowerCase() && !asksOthers.test(path),
      ),
    )
    .slice(0, 100)
}

/** The document with these operations and what they refer to: the program goes through all of it again and again. */
function reduced(document, operations) {
  const paths = {}
  for (const { path, verb } of operations) {
    paths[path] = { ...paths[path], [verb]: document.paths[path][verb] }
  }
  const schemas = {}
  const keep = (part) => {
    for (const [, name] of JSON.stringify(part).matchAll(/"#\/components\/schemas\/([^"]+)"/g)) {
      if (name in schemas) continue
      schemas[name] = document.components.schemas[name]
      keep(schemas[name])
    }
  }
  keep([paths, document.components.responses])
  return { ...document, paths, components: { ...document.components, schemas } }
}

async function schemathesis(name, operations, { document, file, root, token, directory }) {
  writeFileSync(file, JSON.stringify(reduced(document, operations)))
  const child = spawn(
    interpreter.replace(/python$/, 'st'),
    ['--no-color', 'run', file, '--url', root, ...options(token)],
    { cwd: directory, stdio: ['ignore', 'pipe', 'inherit'] },
  )
  const [output, [code]] = await Promise.all([text(child.stdout), once(child, 'exit')])
  return { name, passed: code === 0, detail: `\n${output.slice(-20_000)}` }
}

const options = (token) => [
  '--header',
  `Authorization: PVEAPIToken=${token}`,
  '--checks',
  'not_a_server_error,status_code_conformance,content_type_conformance,response_headers_conformance,response_schema_conformance',
  '--phases',
  'fuzzing',
  '--mode',
  'positive',
  '--max-examples',
  '3',
  '--generation-deterministic',
  '--no-shrink',
  '--suppress-health-check',
  'all',
  '--continue-on-failure',
  '--request-timeout',
  '20',
  '--warnings',
  'off',
]
