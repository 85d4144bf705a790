import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { fileURLToPath } from 'node:url'
import { interpreter, preparePython } from './python.mjs'

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

/** The server asks hosts elsewhere, which nobody has here: their 502 is an answer like others. */
const asksOthers = '/(query-oci-repo-tags|query-url-metadata|acme/meta|acme/tos)$'

/**
 * Which operations of the gateway's document schemathesis calls. It makes up values, the same in each run, and looks for
 * failures of the server and for answers that the document does not have.
 *
 * @typedef {{ name: string, missing: () => Promise<string | undefined>, chooses: (operations: object[]) => object[] }} Group
 */

/** @type {Group[]} */
export const groups = [
  {
    name: 'every GET of the gateway',
    missing: preparePython,
    chooses: (operations) => operations.filter(({ verb }) => verb === 'get'),
  },
  { name: 'the 100 writes most used', missing: missingForWrites, chooses: mostUsedWrites },
]

async function missingForWrites() {
  return existsSync(usage) ? preparePython() : '../shared, which lists them, is not here'
}

/** Calls each operation of a group so many times; a result for every one of them, and counts. */
export async function callGroup({ chooses }, { docs, token, cases }) {
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
  return schemathesis(reduced(document, chooses(operations)), { root, token, cases })
}

/**
 * Perl's letters are told as all characters from U+00AA on. Whoever makes values up lists them one by one, for minutes;
 * what is made up of fewer of them is as good.
 */
const narrowed = (document) => document.replaceAll('\u00AA-\u{10FFFF}', '\u00AA-\u00FF')

/** Of `net0` to `net31` one is as good as all, and values for hundreds of parameters take minutes to make up. */
function keepFirstOfFamilies({ properties = {} }) {
  for (const name of Object.keys(properties)) {
    if (/[a-z][1-9]\d*$/.test(name) && name.replace(/\d+$/, '0') in properties)
      delete properties[name]
  }
}

function mostUsedWrites(operations) {
  const ranked = JSON.parse(readFileSync(usage, 'utf8')).filter(({ method }) => method !== 'GET')
  return ranked
    .flatMap(({ method, path }) =>
      operations.filter((one) => one.path === path && one.verb === method.toLowerCase()),
    )
    .slice(0, 100)
}

/** The document with these operations and what they refer to: the program goes through all of it again and again. */
function reduced(document, operations) {
  const paths = {}
  for (const { path, verb } of operations) {
    // All are made with one token; tickets that are made up would only be refused.
    const { security: _, ...operation } = document.paths[path][verb]
    paths[path] = { ...paths[path], [verb]: operation }
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
  return {
    ...document,
    paths,
    components: { ...document.components, schemas, securitySchemes: {} },
  }
}

async function schemathesis(document, { root, token, cases }) {
  const directory = mkdtempSync(join(tmpdir(), 'proxkit-openapi-'))
  const fileOf = (name) => join(directory, name)
  writeFileSync(fileOf('openapi.json'), JSON.stringify(document))
  writeFileSync(fileOf('schemathesis.toml'), settings)
  try {
    const program = interpreter.replace(/python$/, 'st')
    const args = ['--no-color', 'run', 'openapi.json', '--url', root, ...options(token, cases)]
    const child = spawn(program, args, { cwd: directory, stdio: ['ignore', 'pipe', 'inherit'] })
    const [output, [code]] = await Promise.all([text(child.stdout), once(child, 'exit')])
    if (!existsSync(fileOf('report.json'))) return broken(`ended with ${code}\n${output}`)
    return outcome(document, JSON.parse(readFileSync(fileOf('report.json'), 'utf8')), output)
  } finally {
    rmSync(directory, { recursive: true })
  }
}

const settings = `[[operations]]
include-path-regex = "${asksOthers}"
checks.not_a_server_error.expected-statuses = ["2xx", "3xx", "4xx", "502"]
`

const options = (token, cases) => [
  '--header',
  `Authorization: PVEAPIToken=${token}`,
  '--checks',
  'not_a_server_error,status_code_conformance,content_type_conformance,response_headers_conformance,response_schema_conformance',
  '--phases',
  'fuzzing',
  '--mode',
  'positive',
  '--max-examples',
  String(cases),
  '--generation-deterministic',
  '--no-shrink',
  '--suppress-health-check',
  'all',
  '--continue-on-failure',
  '--request-timeout',
  '60',
  '--warnings',
  'off',
  '--report',
  'json',
  '--report-json-path',
  'report.json',
]

/** One result for each operation of the document, and one that says whether all were called. */
function outcome({ paths }, report, output) {
  const found = new Map()
  for (const { title, operations } of report.failures) {
    for (const name of operations) {
      found.set(name, [...(found.get(name)?.split(', ') ?? []), title].join(', '))
    }
  }
  const results = Object.entries(paths).flatMap(([path, verbs]) =>
    Object.keys(verbs).map((verb) => {
      const name = `${verb.toUpperCase()} ${path}`
      return { name, passed: !found.has(name), detail: found.get(name) }
    }),
  )
  const { total, tested, errored } = report.operations
  results.push({
    name: 'all are called',
    passed: tested === total && errored === 0,
    detail: `${tested} of ${total} were called, ${errored} could not: ${JSON.stringify(report.errors)}`,
  })
  const counts = Object.values(report.valid_rates).map(({ fuzzing }) => fuzzing ?? {})
  const sum = (kind) => counts.reduce((total, each) => total + (each[kind] ?? 0), 0)
  return {
    results,
    operations: tested,
    cases: report.test_cases.generated,
    accepted: sum('accepted'),
    seconds: Math.round(report.running_time),
    ...(report.exit_code !== 0 && { output }),
  }
}

const broken = (detail) => ({
  results: [{ name: 'schemathesis', passed: false, detail }],
  operations: 0,
  cases: 0,
  accepted: 0,
  seconds: 0,
})
