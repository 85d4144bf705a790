import { X509Certificate } from 'node:crypto'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createInterface } from 'node:readline'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { createCertificate } from '../packages/simulator/dist/engine/certificate.js'

const bin = fileURLToPath(new URL('../packages/cli/bin/proxkit.js', import.meta.url))

/** Starts `proxkit gateway` with TLS before a simulator, and gives what a client needs to reach it in its place; both stop together. */
export async function startGateway(simulator) {
  const directory = mkdtempSync(join(tmpdir(), 'proxkit-gateway-'))
  const { cert, key } = await createCertificate()
  writeFileSync(join(directory, 'cert.pem'), cert)
  writeFileSync(join(directory, 'key.pem'), key)
  const front = ['--port', '0', '--log-level', 'silent']
  const behind = ['--host', simulator.url, '--fingerprint', simulator.fingerprint]
  const tls = ['--tls-cert', join(directory, 'cert.pem'), '--tls-key', join(directory, 'key.pem')]
  const args = [bin, 'gateway', ...front, ...behind, ...tls]
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] })
  const exited = once(child, 'exit')
  let url
  for await (const line of createInterface(child.stdout)) {
    url = /^ {2}URL +(\S+)$/.exec(line)?.[1]
    if (url !== undefined) break
  }
  return {
    ...simulator,
    url,
    fingerprint: new X509Certificate(cert).fingerprint256,
    async stop() {
      child.kill('SIGINT')
      await exited
      rmSync(directory, { recursive: true })
      return await simulator.stop()
    },
  }
}
