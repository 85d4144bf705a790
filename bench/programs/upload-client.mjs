import { createClient } from '@proxkit/client'
import { content, measure, size } from './content.mjs'

const { URL_OF_SERVER: url, CA: ca, TOKEN: token } = process.env
const client = createClient({ url, auth: { token }, tls: { ca } })
await client.version.get()
const upload = { field: 'filename', filename: 'big.iso', size, open: content }
await measure(() =>
  client.request('POST', 'nodes/pve1/storage/local/upload', { content: 'iso' }, { upload }),
)
await client.close()
