import { defineConfig } from 'vitest/config'
import unit from './vitest.config.js'

/** Long searches for input that goes wrong: apart from the unit tests, one file at a time. */
export default defineConfig({
  ...unit,
  test: {
    globalSetup: 'tests/bundle.ts',
    include: ['packages/*/fuzz/**/*.fuzz.ts'],
    fileParallelism: false,
    testTimeout: 300_000,
  },
})
