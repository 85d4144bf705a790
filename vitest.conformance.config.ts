import { fileURLToPath } from 'node:url'
import { defineConfig } from 'vitest/config'
import unit from './vitest.config.js'

const alias = unit.resolve?.alias

/** Against programs that are not ours, such as an OpenSSH server. */
export default defineConfig({
  ...unit,
  resolve: {
    alias: [
      ...(Array.isArray(alias) ? alias : []),
      // Installed there without its install script, which would compile what it works without.
      {
        find: /^ssh2$/,
        replacement: fileURLToPath(
          new URL('conformance/node_modules/ssh2/lib/index.js', import.meta.url),
        ),
      },
    ],
  },
  test: { include: ['conformance/**/*.test.ts'], testTimeout: 120_000, hookTimeout: 300_000 },
})
