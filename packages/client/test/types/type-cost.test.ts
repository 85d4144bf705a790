import { execFileSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'

const root = fileURLToPath(new URL('../../../../', import.meta.url))
const program = fileURLToPath(new URL('typed-calls.ts', import.meta.url))

test('a program of 90 calls costs the compiler fewer than 2000 instantiations', () => {
  const flags = '--strict --exactOptionalPropertyTypes --skipLibCheck --target es2023 --types node'
  const modules = '--module nodenext --moduleResolution nodenext'
  const report = execFileSync(
    process.execPath,
    [
      'node_modules/typescript/bin/tsc',
      ...`--ignoreConfig --noEmit --extendedDiagnostics ${flags} ${modules}`.split(' '),
      program,
    ],
    { cwd: root, encoding: 'utf8' },
  )
  const [, instantiations] = /^Instantiations:\s+(\d+)$/m.exec(report) ?? []
  expect(Number(instantiations)).toBeGreaterThan(0)
  expect(Number(instantiations)).toBeLessThan(2000)
})
