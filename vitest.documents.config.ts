import { defineConfig } from 'vitest/config'
import unit from './vitest.config.js'

/** What Proxkit prints for others, read as they read it: every snippet run, every emitted document validated whole. */
export default defineConfig({
  ...unit,
  test: {
    globalSetup: 'tests/bundle.ts',
    include: ['packages/*/test/documents/**/*.test.ts', 'tests/documents/**/*.test.ts'],
    testTimeout: 60_000,
    hookTimeout: 60_000,
    maxWorkers: 2,
  },
})
