import { execFile } from 'node:child_process'
import { accessSync, constants } from 'node:fs'
import { promisify } from 'node:util'

const run = promisify(execFile)

/** Installs packages of Debian where a program of theirs is missing; resolves to the reason why it cannot be had, or to undefined. */
export async function missingProgram(program, packages) {
  if (isThere(program)) return undefined
  if (process.getuid?.() !== 0) return `there is no ${program}, and only root can install it`
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' }
  try {
    await run('apt-get', ['update', '-qq'], { env })
    await run('apt-get', ['install', '-y', '-qq', '--no-install-recommends', ...packages], { env })
  } catch {
    return `there is no ${program}, and apt-get could not install ${packages.join(' ')}`
  }
  return isThere(program) ? undefined : `${packages.join(' ')} brought no ${program}`
}

function isThere(program) {
  try {
    accessSync(program, constants.X_OK)
    return true
  } catch {
    return false
  }
}
