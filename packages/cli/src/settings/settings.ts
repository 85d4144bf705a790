import { products } from '@proxkit/schema'
import { codegenSettings } from './codegen-settings.js'
import {
  parseCount,
  parseKey,
  parseLogLevel,
  parseNonEmpty,
  parsePort,
  parseRetries,
  parseSeconds,
  parseSpeed,
} from './parsers.js'

/** A command, or a family of them, that has settings. */
export type Settled = 'simulate' | 'gateway' | 'call'

/** One thing that can be said by a flag, in the environment or in a file, in this order of precedence. */
export interface Setting {
  /** Its name in the file; in the environment it is in capitals with `PROXKIT_` in front. */
  readonly name: string
  /** The flag of each command that has it, as commander writes them. */
  readonly flags: Partial<Readonly<Record<Settled, string>>>
  readonly description: string
  readonly preset?: string | number | boolean
  readonly choices?: readonly string[]
  /** The mode of a gateway in which it counts; absent: in both. */
  readonly mode?: 'real' | 'simulate'
  /** The setting that cannot be said beside it. */
  readonly excludes?: string
  /** Reads the text; throws commander's `InvalidArgumentError`. Absent: the text itself, or a boolean for a switch. */
  readonly parse?: (text: string) => string | number
}

/** Every setting there is: flags, environment, file and documentation are read from here. */
export const settings: readonly Setting[] = [
  {
    name: 'mode',
    flags: { gateway: '--mode <mode>' },
    description: 'what is behind the gateway: a real server, or a simulated one of its own',
    choices: ['real', 'simulate'],
    preset: 'real',
  },
  {
    name: 'host',
    mode: 'real',
    flags: { call: '--host <host>', gateway: '--host <host>' },
    description:
      'server: name, name:port, or URL, with the path that a proxy puts in front; several nodes of a cluster with commas',
  },
  {
    name: 'token',
    flags: { call: '--token <token>', gateway: '--token <token>' },
    description: 'API token: user@realm!name=secret',
  },
  {
    name: 'user',
    flags: { call: '--user <user>', gateway: '--user <user>' },
    description: 'user, if there is no token',
  },
  {
    name: 'password',
    flags: { call: '--password <password>', gateway: '--password <password>' },
    description: 'password of the user',
  },
  {
    name: 'otp',
    flags: { call: '--otp <code>', gateway: '--otp <code>' },
    description: 'second factor of the user, which serves for one login',
    parse: parseNonEmpty,
  },
  {
    name: 'otp-type',
    flags: { call: '--otp-type <kind>', gateway: '--otp-type <kind>' },
    description: 'what the second factor is',
    choices: ['totp', 'recovery', 'yubico'],
    preset: 'totp',
  },
  {
    name: 'fingerprint',
    mode: 'real',
    flags: { call: '--fingerprint <fingerprint>', gateway: '--fingerprint <fingerprint>' },
    description: 'SHA-256 fingerprint of the one certificate to accept',
  },
  {
    name: 'ca',
    mode: 'real',
    flags: { call: '--ca <file>', gateway: '--ca <file>' },
    description: 'certificates, in PEM form, of who may vouch for the server',
  },
  {
    name: 'insecure',
    mode: 'real',
    flags: { call: '--insecure', gateway: '--insecure' },
    description: 'accept any certificate',
    preset: false,
  },
  {
    name: 'proxy',
    mode: 'real',
    flags: { call: '--proxy <url>', gateway: '--proxy <url>' },
    description:
      'http:, https: or socks5: URL of a proxy on the way to the server (default: what HTTPS_PROXY and its like say)',
  },
  {
    name: 'timeout',
    mode: 'real',
    flags: { call: '--timeout <seconds>', gateway: '--timeout <seconds>' },
    description: 'seconds until a call to the server fails',
    preset: 60,
    parse: parseSeconds,
  },
  {
    name: 'connect-timeout',
    mode: 'real',
    flags: { call: '--connect-timeout <seconds>', gateway: '--connect-timeout <seconds>' },
    description: 'seconds until a host that cannot be connected to is given up',
    preset: 10,
    parse: parseSeconds,
  },
  {
    name: 'retries',
    mode: 'real',
    flags: { call: '--retries <rounds>', gateway: '--retries <rounds>' },
    description:
      'how many times more a call is tried that reached nobody, or a read that was not answered',
    preset: 2,
    parse: parseRetries,
  },
  {
    name: 'clusters',
    mode: 'real',
    flags: { gateway: '--clusters <file>' },
    description: 'YAML file with several clusters by name, in place of host and what goes with it',
  },
  {
    name: 'access',
    flags: { gateway: '--access <file>' },
    description:
      'YAML file that says who may do what with the login of the gateway (default: callers bring their own)',
  },
  {
    name: 'unknown',
    flags: { gateway: '--unknown <what>' },
    description:
      'what becomes of operations and parameters that the definition does not know, as of a newer server; those that pass are counted',
    choices: ['refuse', 'pass'],
    preset: 'refuse',
  },
  {
    name: 'audit',
    flags: { gateway: '--audit <file>' },
    description: 'file to which each write is added as a line of JSON',
  },
  {
    name: 'rate-limit',
    flags: { gateway: '--rate-limit <calls>' },
    description: 'calls in a minute that a caller may make (default: any number)',
    parse: parseCount,
  },
  {
    name: 'cache-answers',
    flags: { gateway: '--cache-answers <seconds>' },
    description: 'seconds for which the answer to a read serves again (default: not at all)',
    parse: parseSeconds,
  },
  {
    name: 'concurrency',
    flags: { gateway: '--concurrency <calls>' },
    description: 'calls that are under way to a cluster at a time',
    preset: 64,
    parse: parseCount,
  },
  {
    name: 'queue',
    flags: { gateway: '--queue <calls>' },
    description: 'calls that may wait for that; further ones are told to come again',
    preset: 1000,
    parse: parseCount,
  },
  {
    name: 'redis',
    flags: { gateway: '--redis <url>' },
    description: 'redis: or rediss: URL of what several gateways have in common',
  },
  {
    name: 'cors-origins',
    flags: { gateway: '--cors-origins <origins>' },
    description: 'origins, with commas, whose pages may call the gateway from a browser',
  },
  ...codegenSettings,
  {
    name: 'listen',
    flags: { simulate: '--host <address>', gateway: '--listen <address>' },
    description: 'address to listen on',
    preset: '127.0.0.1',
  },
  {
    name: 'port',
    flags: { simulate: '--port <number>', gateway: '--port <number>' },
    description:
      'port to listen on; 0 takes any free one (default: the usual one of the product, 8080 of a gateway)',
    parse: parsePort,
  },
  {
    name: 'tls-cert',
    flags: { gateway: '--tls-cert <file>' },
    description: 'certificate, in PEM form, to listen with TLS',
  },
  {
    name: 'tls-key',
    flags: { gateway: '--tls-key <file>' },
    description: 'key of that certificate, in PEM form',
  },
  {
    name: 'without-tls',
    flags: { gateway: '--without-tls' },
    description: 'listen further than this machine without TLS, as behind a proxy that has it',
    preset: false,
  },
  {
    name: 'log-level',
    flags: { gateway: '--log-level <level>', simulate: '--log-level <level>' },
    description: 'what the gateway logs: trace, debug, info, warn, error or silent',
    parse: parseLogLevel,
  },
  {
    name: 'product',
    flags: {
      simulate: '--product <product>',
      gateway: '--product <product>',
      call: '--product <product>',
    },
    description: 'product of the server',
    choices: products,
    preset: 'pve',
  },
  {
    name: 'api-version',
    flags: { simulate: '--api-version <version>', gateway: '--api-version <version>' },
    description: 'version of the API: one that is known or was pulled (default: the newest)',
  },
  {
    name: 'definition',
    flags: { simulate: '--definition <file>', gateway: '--definition <file>' },
    description: 'API definition to serve: an apidoc.js or a definition file',
  },
  {
    name: 'docs',
    flags: { simulate: '--no-docs' },
    description: 'no gateway with the documentation beside the simulator',
    preset: true,
  },
  {
    name: 'docs-port',
    flags: { simulate: '--docs-port <number>' },
    description:
      'port of that gateway; 0 takes any free one (default: 8080, or any free one with --port 0)',
    parse: parsePort,
  },
  {
    name: 'http',
    flags: { simulate: '--http' },
    description: 'speak plain HTTP, which a real node does not',
    preset: false,
  },
  {
    name: 'seed',
    mode: 'simulate',
    flags: { simulate: '--seed <name|file>', gateway: '--seed <name|file>' },
    description: 'cluster to start with: lab, single, or a YAML or JSON file',
    preset: 'lab',
  },
  {
    name: 'import',
    mode: 'simulate',
    flags: { simulate: '--import <path>', gateway: '--import <path>' },
    excludes: 'seed',
    description:
      'a real cluster to start with, in place of a seed: a directory or tar archive of /etc/pve, or a config.db',
  },
  {
    name: 'export',
    flags: { simulate: '--export <path>' },
    description: 'write /etc/pve at the end: a .tar, .tar.gz or .db file, or a directory',
  },
  {
    name: 'root-password',
    mode: 'simulate',
    flags: { simulate: '--root-password <password>', gateway: '--root-password <password>' },
    description: 'password of root@pam (default: what the seed says)',
    parse: parseNonEmpty,
  },
  {
    name: 'state',
    mode: 'simulate',
    flags: { simulate: '--state <file>', gateway: '--state <file>' },
    description: 'file that keeps the cluster from run to run; the seed is for a new one',
  },
  {
    name: 'annotate',
    flags: { simulate: '--annotate' },
    description: 'tell the level of each answer in the header X-Proxkit-Level',
    preset: false,
  },
  {
    name: 'speed',
    mode: 'simulate',
    flags: { simulate: '--speed <factor>', gateway: '--speed <factor>' },
    description: 'how much faster than real time runs; 0 stands still',
    preset: 1,
    parse: parseSpeed,
  },
  {
    name: 'faults',
    mode: 'simulate',
    flags: { simulate: '--faults <file>', gateway: '--faults <file>' },
    description: 'what goes wrong: a YAML or JSON list of faults',
  },
  {
    name: 'overrides',
    mode: 'simulate',
    flags: { simulate: '--overrides <file>', gateway: '--overrides <file>' },
    description: 'answers of your own by path, in YAML or JSON',
  },
  {
    name: 'replay',
    mode: 'simulate',
    flags: { simulate: '--replay <file>', gateway: '--replay <file>' },
    description: 'answers of a real server: an HTTP Archive (HAR)',
  },
  {
    name: 'control-key',
    flags: { simulate: '--control-key <key>' },
    description:
      'key for the control under /_proxkit/ (default: a new one on the loopback address, else no control)',
    parse: parseKey,
  },
  {
    name: 'config',
    flags: { simulate: '--config <file>', gateway: '--config <file>', call: '--config <file>' },
    description: 'YAML or JSON file with settings by these names',
  },
]

/** `PROXKIT_API_VERSION` of `api-version`. */
export function variableOf({ name }: Pick<Setting, 'name'>): string {
  return `PROXKIT_${name.toUpperCase().replaceAll('-', '_')}`
}
