import { createClient } from '@proxkit/client'

const { URL_OF_SERVER: url, CA: ca, TOKEN: token } = process.env
const client = createClient({ url, auth: { token }, tls: { ca } })
const { version } = await client.version.get()
if (version !== '9.2.1') throw new Error(`unexpected version ${version}`)
await client.close()
