import { spawnSync } from 'node:child_process'

/** Which Python runs the tests; `PYTHON` names another, such as that of a virtual environment. */
const python = process.env['PYTHON'] ?? 'python3'

export const hasPython = succeeds('pass')
export const hasPydantic =
  hasPython && succeeds('import pydantic; assert pydantic.VERSION[:2] == "2."')

if (!hasPython) console.log(`skipped: there is no ${python} to run the Python modules with`)
else if (!hasPydantic) console.log(`skipped in part: ${python} has no Pydantic 2`)

/** Runs a program with a value of JSON as its input and gives the value that it prints. */
export function runPython(program: string, input: unknown): unknown {
  const { status, stdout, stderr } = spawnSync(python, ['-c', program], {
    input: JSON.stringify(input),
    maxBuffer: 2 ** 28,
    encoding: 'utf8',
  })
  if (status !== 0) throw new Error(`the Python program failed: ${stderr}`)
  return JSON.parse(stdout)
}

function succeeds(program: string): boolean {
  return spawnSync(python, ['-c', program]).status === 0
}
