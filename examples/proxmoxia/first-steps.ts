import type { Example } from '../example.js'

/** Calls by the path alone; `openvz` of old is `lxc` today. */
export const firstSteps: Example = async ({ pve, print }) => {
  for (const { node } of await pve.get('/nodes')) {
    for (const { vmid, name, status } of await pve.get('/nodes/{node}/lxc', { node })) {
      print(`${vmid}. ${name} => ${status}`)
    }
  }
}
