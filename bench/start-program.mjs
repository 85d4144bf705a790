import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { text } from 'node:stream/consumers'
import { fileURLToPath } from 'node:url'

const pathOf = (name) => fileURLToPath(new URL(name, import.meta.url))

/** Starts a server that prints its facts as one line of JSON. */
export async function startProgram(name, flags = []) {
  const child = spawn(process.execPath, [pathOf(name), ...flags], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const [line] = await once(child.stdout.setEncoding('utf8'), 'data')
  return {
    ...JSON.parse(line),
    pid: child.pid,
    async stop() {
      child.kill()
      await once(child, 'exit')
    },
  }
}

/** Runs a program to its end; resolves to what it printed, as JSON where it is, and the milliseconds that it took. */
export async function runProgram(name, { env = {}, flags = [] } = {}) {
  const started = performance.now()
  const child = spawn(process.execPath, [...flags, pathOf(name)], {
    env: { ...process.env, ...env },
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const [output, [code]] = await Promise.all([text(child.stdout), once(child, 'exit')])
  if (code !== 0) throw new Error(`${name} ended with ${code}`)
  const milliseconds = performance.now() - started
  return { milliseconds, printed: output === '' ? undefined : JSON.parse(output) }
}
