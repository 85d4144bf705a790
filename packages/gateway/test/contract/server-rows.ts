import { expect } from 'vitest'
import type { Promised } from './row.js'

const id = { product: 'pve', version: '9.2' }

/** What the server tells of itself. */
export const serverRows: readonly Promised[] = [
  {
    promise: 'GET /: name, version, mode, where the documentation is',
    rows: [
      {
        call: 'GET /',
        as: 'nobody',
        status: 200,
        answer: expect.objectContaining({
          name: 'proxkit',
          ...id,
          mode: 'simulate',
          docs: '/docs',
          redoc: '/redoc',
          openapi: '/openapi.json',
        }),
      },
    ],
  },
  {
    promise: 'GET /health: ready',
    rows: [
      {
        call: 'GET /health',
        as: 'nobody',
        status: 200,
        answer: { status: 'ok', ...id },
        differs: 'that the process runs is one thing, that the cluster answers another: /ready',
      },
      { call: 'GET /ready', as: 'nobody', status: 200, answer: { status: 'ready' } },
    ],
  },
  {
    promise: 'GET /version: version, release, repoid',
    rows: [
      {
        call: 'GET /version',
        status: 200,
        answer: {
          version: expect.stringMatching(/^9\.2\.\d+$/),
          release: '9.2',
          repoid: expect.stringMatching(/^[\da-f]{16}$/),
        },
      },
      {
        call: 'GET /version',
        as: 'nobody',
        status: 401,
        answer: { detail: 'a ticket or an API token is needed, and none came along' },
        differs: 'the product tells its version to nobody who is not logged in',
      },
    ],
  },
  {
    promise:
      'GET /mode: mode, version of the API, operations and paths; when real, how it logs in and checks TLS',
    rows: [
      {
        call: 'GET /mode',
        as: 'nobody',
        status: 200,
        answer: {
          mode: 'simulate',
          ...id,
          operations: 676,
          paths: 445,
          authentication: "the caller's own ticket or API token",
        },
        differs: 'GET / of the API itself is counted too: 675 and 444 are all others',
      },
      {
        call: 'GET /mode',
        of: 'real',
        as: 'nobody',
        status: 200,
        answer: {
          mode: 'real',
          ...id,
          operations: 676,
          paths: 445,
          authentication: "the caller's own ticket or API token",
          verifiesTls: true,
        },
      },
    ],
  },
  {
    promise: 'GET /versions/ and /versions/latest: the versions that it can serve',
    rows: [
      {
        call: 'GET /versions/',
        as: 'nobody',
        status: 200,
        answer: [
          { ...id, served: true, openapi: '/openapi.json' },
          ...['9.1', '8.4', '7.4'].map((version) => ({
            product: 'pve',
            version,
            served: false,
            openapi: `/openapi.json?version=${version}`,
          })),
        ],
        differs:
          'each version with its document and whether calls are answered by it, in place of names',
      },
      {
        call: 'GET /versions/latest',
        as: 'nobody',
        status: 200,
        answer: { ...id, served: true, openapi: '/openapi.json' },
      },
    ],
  },
  {
    promise: 'GET /docs, /redoc, /openapi.json: Swagger UI, Redoc, the OpenAPI document',
    rows: [
      {
        call: 'GET /docs',
        as: 'nobody',
        status: 200,
        headers: { 'content-type': 'text/html; charset=utf-8' },
        answer: expect.stringContaining('swagger-ui-bundle.js'),
      },
      {
        call: 'GET /redoc',
        as: 'nobody',
        status: 200,
        headers: { 'content-type': 'text/html; charset=utf-8' },
        answer: expect.stringContaining('/redoc/redoc.js'),
      },
      {
        call: 'GET /openapi.json',
        as: 'nobody',
        status: 200,
        headers: { 'content-type': 'application/json; charset=utf-8' },
        answer: expect.objectContaining({ openapi: '3.1.1', servers: [{ url: '/' }] }),
      },
      {
        call: 'GET /openapi.json?version=6.0',
        as: 'nobody',
        status: 404,
        answer: { detail: 'there is no version 6.0 of this API, only 9.2, 9.1, 8.4, 7.4' },
      },
    ],
  },
]
