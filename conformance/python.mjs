import { execFile, spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, readFileSync } from 'node:fs'
import { text } from 'node:stream/consumers'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'

const here = fileURLToPath(new URL('.', import.meta.url))
const environment = `${here}.venv`
export const interpreter = `${environment}/bin/python`
const run = promisify(execFile)

/** Makes the virtual environment with the packages of `requirements.txt`; resolves to the reason why it cannot be had, or to undefined. */
export async function preparePython() {
  try {
    await run('python3', ['--version'])
  } catch {
    return 'there is no python3 on this machine'
  }
  try {
    if (!existsSync(interpreter)) await run('python3', ['-m', 'venv', environment])
    await run(interpreter, [
      '-m',
      'pip',
      'install',
      '--quiet',
      '--requirement',
      `${here}requirements.txt`,
    ])
    return undefined
  } catch (error) {
    return `its packages could not be installed: ${lastLine(error.stderr ?? String(error))}`
  }
}

/** Has a Python program of this folder check what it is given; resolves to one result per check. */
export function program(file, args) {
  return (started) => runPython(file, started, args)
}

/** Has every user of a seed log in with his second factor. */
export async function secondFactors(simulator) {
  const seed = new URL('second-factor.json', import.meta.url)
  const { users } = JSON.parse(readFileSync(seed, 'utf8'))
  const results = []
  for (const [user, login] of Object.entries(users)) {
    results.push(...(await runPython('second-factor.py', { ...simulator, user, ...login })))
  }
  return results
}

async function runPython(file, given, args = []) {
  const child = spawn(interpreter, [`${here}${file}`, ...args], {
    stdio: ['pipe', 'pipe', 'inherit'],
  })
  child.stdin.end(JSON.stringify(given))
  const [output, [code]] = await Promise.all([text(child.stdout), once(child, 'exit')])
  const results = output
    .split('\n')
    .filter(Boolean)
    .map((line) => JSON.parse(line))
  if (code !== 0) results.push({ name: file, passed: false, detail: `ended with ${code}` })
  return results
}

function lastLine(message) {
  return message.trim().split('\n').at(-1)
}
