import { get } from 'node:https'
import { json } from 'node:stream/consumers'

const { URL_OF_SERVER: url, CA: ca, TOKEN: token } = process.env
const headers = { authorization: `PVEAPIToken=${token}` }
const response = await new Promise((resolve, reject) => {
  get(`${url}/api2/json/version`, { ca, headers }, resolve).on('error', reject)
})
const { data } = await json(response)
if (data.version !== '9.2.1') throw new Error(`unexpected version ${data.version}`)
