import { missingChromium, runBrowser } from './browser.mjs'
import * as on from './environments.mjs'
import { missingFenceAgent, runFencePve } from './fence-pve.mjs'
import { missingFog, runFog } from './fog.mjs'
import { runNovnc } from './novnc.mjs'
import { callGroup, groups } from './openapi.mjs'
import { lifeByPassword, lifeByToken, lifeInProcess } from './own-client.mjs'
import { missingPacker, runPacker } from './packer.mjs'
import { importPydantic } from './pydantic.mjs'
import { preparePython, program, secondFactors } from './python.mjs'
import { runtimes } from './runtimes.mjs'
import { missingProvider, runProvider } from './terraform.mjs'
import { compilers } from './typescript.mjs'

/**
 * One client against one environment: what keeps it from being run, if anything may, and how it is run.
 *
 * @typedef {object} Run
 * @property {string} client
 * @property {import('./environments.mjs').Environment} on
 * @property {() => Promise<string | undefined>} [missing] resolves to the reason why it cannot be run; asked once
 * @property {(started: object) => Promise<import('./report.mjs').Result[]>} run takes what the environment gives
 * @property {boolean} [isListed] the results are named one by one
 */

/** @type {Run[]} */
export const runs = [
  ...[
    { client: 'guest life', on: on.lab, file: 'guest-life.py' },
    { client: 'guest life', on: on.single, file: 'guest-life.py' },
    { client: 'through the gateway', on: on.throughGateway(on.lab), file: 'guest-life.py' },
    { client: 'through the gateway', on: on.throughGateway(on.single), file: 'guest-life.py' },
    { client: 'logins', on: on.logins, file: 'logins.py' },
    { client: 'renewal', on: on.logins, file: 'logins.py', args: ['renewal'] },
    { client: 'machines', on: on.lab, file: 'machines.py' },
    { client: 'containers', on: on.lab, file: 'containers.py' },
    { client: 'storages', on: on.lab, file: 'storages.py' },
    { client: 'backups', on: on.lab, file: 'backups.py' },
    { client: 'faults', on: on.lab, file: 'faults.py' },
    { client: 'PBS', on: on.backupServer, file: 'services.py', args: ['PBS'] },
    { client: 'PMG', on: on.mailGateway, file: 'services.py', args: ['PMG'] },
  ].map(({ client, on, file, args }) => ({
    client: `proxmoxer 2.3.0, ${client}`,
    on,
    missing: preparePython,
    run: program(file, args),
  })),
  {
    client: 'proxmoxer 2.3.0, TOTP',
    on: on.secondFactor,
    missing: preparePython,
    run: secondFactors,
  },
  { client: '@proxkit/client, password', on: on.lab, run: lifeByPassword },
  { client: '@proxkit/client, password', on: on.single, run: lifeByPassword },
  { client: '@proxkit/client, token', on: on.lab, run: lifeByToken },
  { client: '@proxkit/client, token', on: on.single, run: lifeByToken },
  { client: '@proxkit/client, in process', on: on.inProcess('lab'), run: lifeInProcess },
  { client: '@proxkit/client, in process', on: on.inProcess('single'), run: lifeInProcess },
  ...runtimes.map(({ name, missing, run }) => ({
    client: `@proxkit/client on ${name}`,
    on: on.labWithConsoles,
    missing,
    run,
  })),
  ...compilers.map(({ name, run }) => ({ client: name, on: on.none, run })),
  {
    client: 'Pydantic 2, emitted modules',
    on: on.none,
    missing: preparePython,
    run: importPydantic,
  },
  {
    client: "Chromium, the gateway's pages",
    on: on.lab,
    missing: missingChromium,
    run: runBrowser,
  },
  ...groups.map((group) => ({
    client: `schemathesis 4.32.5, ${group.name}`,
    on: on.lab,
    missing: group.missing,
    run: async (started) => (await callGroup(group, { ...started, cases: 2 })).results,
  })),
  { client: 'noVNC 1.7.0', on: on.labWithConsoles, run: runNovnc },
  { client: 'fence_pve 4.12', on: on.lab, missing: missingFenceAgent, run: runFencePve },
  { client: 'packer 1.6.6', on: on.lab, missing: missingPacker, run: runPacker },
  { client: 'fog-proxmox', on: on.many, missing: missingFog, run: runFog, isListed: true },
  ...['light', 'medium'].map((tier) => ({
    client: `bpg/proxmox for Terraform, tier ${tier}`,
    on: on.many,
    missing: missingProvider,
    run: () => runProvider(tier),
    isListed: true,
  })),
]
