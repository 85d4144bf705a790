import { handleRest, type RestHandler } from '../rest/context.js'

// proxmox-backup src/api2/version.rs: version
const version = handleRest('GET', '/version', ({ cluster }) => {
  const { version: given } = cluster.definition.id
  const [major = '4', minor = '0'] = given.split('.')
  return { version: `${major}.${minor}`, release: '1', repoid: '0f1d2c3b4a596877' }
})

// proxmox-backup src/api2/ping.rs: ping
const ping = handleRest('GET', '/ping', () => ({ pong: true }))

export const serverHandlers: readonly RestHandler[] = [version, ping]
