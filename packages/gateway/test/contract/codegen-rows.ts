import { expect } from 'vitest'
import type { Promised } from './row.js'

const noKey = { detail: expect.stringContaining('the gateway has no key for it') }
const wrongKey = {
  detail: expect.stringMatching('^the key for code generation is needed as a bearer token'),
}

/** Code generation, and the control of what is simulated. `SOURCE` is the URL of a server that is allowed. */
export const codegenRows: readonly Promised[] = [
  {
    promise: 'POST /codegen/generate: builds the definition again from a URL',
    rows: [
      {
        call: 'POST /codegen/generate',
        as: 'codegen',
        body: { source_url: 'SOURCE', version_tag: '9.2.77' },
        status: 201,
        headers: { location: '/codegen/openapi?product=pve&version_tag=9.2.77' },
        answer: {
          message: 'Generation completed',
          product: 'pve',
          version_tag: '9.2.77',
          source_url: expect.stringMatching(/apidoc\.js$/),
          generated_at: expect.any(String),
          endpoint_count: 3,
          operation_count: 3,
          persisted: true,
        },
        differs:
          'it is 201, as what it makes is there from then on; no browser was run to be told about',
      },
      {
        call: 'POST /codegen/generate?source_url=SOURCE&version_tag=9.2.78&persist=false',
        as: 'codegen',
        status: 200,
        answer: expect.objectContaining({ version_tag: '9.2.78', persisted: false }),
      },
      {
        call: 'POST /codegen/generate?workers=10&source_url=SOURCE',
        as: 'codegen',
        status: 422,
        answer: {
          detail: 'workers: there is no such parameter',
          errors: [{ field: 'workers', message: 'there is no such parameter' }],
        },
        differs: 'what steers a browser has nothing to steer here',
      },
    ],
  },
  {
    promise: 'GET /codegen/openapi, /codegen/pydantic, /codegen/versions',
    rows: [
      {
        call: 'GET /codegen/openapi?product=pmg',
        as: 'codegen',
        status: 200,
        headers: { 'content-type': 'application/json; charset=utf-8' },
        answer: expect.objectContaining({
          openapi: '3.1.1',
          info: expect.objectContaining({ title: 'Proxmox Mail Gateway API', version: '9.1' }),
        }),
      },
      {
        call: 'GET /codegen/pydantic?product=pmg',
        as: 'codegen',
        status: 200,
        headers: { 'content-type': 'text/plain; charset=utf-8' },
        answer: expect.stringContaining('from pydantic import'),
      },
      {
        call: 'GET /codegen/pydantic?version_tag=6.0',
        as: 'codegen',
        status: 404,
        answer: {
          detail: expect.stringContaining('there is no version 6.0 of pve, only'),
          errors: [{ field: 'version_tag', message: expect.any(String) }],
        },
        differs: 'the reference answers 200 with a text that says so',
      },
      {
        call: 'GET /codegen/versions?product=pve',
        as: 'codegen',
        status: 200,
        answer: {
          versions: expect.arrayContaining(['9.2', '9.1', '8.4', '7.4']),
          latest: expect.any(String),
          generated: expect.any(Array),
        },
      },
    ],
  },
  {
    promise: 'a bearer key: 403 where none is configured, 401 where it is wrong',
    rows: (
      [
        'POST /codegen/generate',
        'GET /codegen/openapi',
        'GET /codegen/pydantic',
        'GET /codegen/versions',
      ] as const
    ).flatMap((call) => [
      { call, of: 'without key', as: 'codegen', status: 403, answer: noKey } as const,
      { call, as: 'nobody', status: 401, answer: wrongKey } as const,
      { call, as: 'a stranger', status: 401, answer: wrongKey } as const,
    ]),
  },
  {
    promise: 'sources: https, on a list, no private addresses',
    rows: [
      ['http://pve.proxmox.com', 'it is not an https: URL'],
      ['https://evil.example', 'evil.example is none of the hosts that are allowed'],
      ['https://127.0.0.1:1', 'it is at 127.0.0.1, which is not a public address'],
      ['https://[::1]:1', 'it is at ::1, which is not a public address'],
    ].map(([source_url, reason]) => ({
      call: 'POST /codegen/generate',
      of: 'real',
      as: 'codegen',
      body: { source_url },
      status: 400,
      answer: {
        detail: expect.stringContaining(`nothing is fetched from this source: ${reason}`),
        errors: [{ field: 'source_url', message: expect.any(String) }],
      },
    })),
  },
  {
    promise: 'control of the mock: reset, read the state, seed, export, import',
    rows: [
      {
        call: 'GET /_proxkit/state',
        of: 'simulator',
        status: 200,
        answer: expect.objectContaining({ nodes: expect.any(Object) }),
      },
      { call: 'POST /_proxkit/seed', of: 'simulator', body: 'lab', status: 200, answer: null },
      { call: 'POST /_proxkit/reset', of: 'simulator', status: 200, answer: null },
      {
        call: 'GET /_proxkit/export',
        of: 'simulator',
        status: 200,
        headers: { 'content-type': 'application/x-tar' },
        answer: expect.stringContaining('user.cfg'),
      },
      {
        call: 'GET /_proxkit/state',
        status: 404,
        answer: { detail: '/_proxkit/state is not a path of this API' },
        differs:
          'the control is the simulator’s, on its own port: a gateway stands before real clusters too',
      },
    ],
  },
]
