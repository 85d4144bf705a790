import { fileURLToPath } from 'node:url'
import { defineConfig } from 'vitest/config'

const source = (path: string, module = 'index'): string =>
  fileURLToPath(new URL(`packages/${path}/${module}.ts`, import.meta.url))

export default defineConfig({
  resolve: {
    // Tests run on the sources, so that a change shows without a build.
    alias: [
      ...['schema', 'client', 'simulator', 'gateway'].map((name) => ({
        find: new RegExp(`^@proxkit/${name}$`),
        replacement: source(`${name}/src`),
      })),
      ...['emit', 'diff', 'cache'].map((room) => ({
        find: new RegExp(`^@proxkit/schema/${room}$`),
        replacement: source(`schema/src/${room}`),
      })),
      { find: /^@proxkit\/schema\/upid$/, replacement: source('schema/src', 'upid') },
      { find: '@proxkit/simulator/state', replacement: source('simulator/src/state') },
      {
        find: '@proxkit/simulator/vitest',
        replacement: source('simulator/src', 'vitest'),
      },
      { find: /^@proxkit\/client\/server$/, replacement: source('client/src/server') },
      { find: /^@proxkit\/client\/ssh$/, replacement: source('client/src/command') },
    ],
  },
  test: {
    globalSetup: 'tests/bundle.ts',
    include: ['packages/*/src/**/*.test.ts', 'packages/*/test/**/*.test.ts', 'tests/**/*.test.ts'],
    exclude: ['**/node_modules/**', '**/documents/**'],
    testTimeout: 60_000,
    // A process and a fresh set of modules per file would cost more than the tests themselves.
    pool: 'threads',
    isolate: false,
    maxWorkers: 2,
  },
})
