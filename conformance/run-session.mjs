import { execFile } from 'node:child_process'

/** Has a process talk to a simulator; it ends with its results as one line of JSON. */
export async function runSession([program, ...args], { url, token, fingerprint }) {
  const env = { ...process.env, URL: url, TOKEN: token, FINGERPRINT: fingerprint }
  const output = await new Promise((resolve) => {
    execFile(program, args, { env, timeout: 120_000 }, (error, stdout, stderr) =>
      resolve(error ? `${stdout}${stderr}${error.message}` : stdout),
    )
  })
  const report = /^\[.*\]$/m.exec(output)?.[0]
  if (report !== undefined) return JSON.parse(report)
  return [{ name: 'runs to its end', passed: false, detail: output.slice(-500) }]
}
