import { execFile } from 'node:child_process'
import { fileURLToPath } from 'node:url'

const session = fileURLToPath(new URL('novnc-session.mjs', import.meta.url))

/** Has noVNC look at a virtual machine, in a process whose globals are those of a browser. */
export async function runNovnc({ url, token, fingerprint }) {
  const env = { ...process.env, URL: url, TOKEN: token, FINGERPRINT: fingerprint }
  const output = await new Promise((resolve) => {
    const options = { env, timeout: 60_000 }
    execFile(process.execPath, [session], options, (error, stdout, stderr) =>
      resolve(error ? `${stdout}${stderr}${error.message}` : stdout),
    )
  })
  const report = /^\[.*\]$/m.exec(output)?.[0]
  if (report !== undefined) return JSON.parse(report)
  return [{ name: 'runs to its end', passed: false, detail: output.slice(-500) }]
}
