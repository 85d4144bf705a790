import type { Example } from '../example.js'

/** The many ways to one path, the verbs with their other names, and what is left out. */
export const navigation: Example = async ({ pve, print }) => {
  const guest = pve.nodes('pve1').qemu(100)
  const answers = [
    await guest.status.current.get(),
    await pve.nodes(['pve1', 'qemu', 100]).get('status', 'current'),
    await pve('nodes/pve1/qemu/100')('status', 'current').get(),
    await pve.get('nodes/pve1/qemu/100/status/current'),
    await pve.get('nodes', 'pve1', 'qemu', 100, 'status', 'current'),
    await pve.get('/nodes/{node}/qemu/{vmid}/status/current', { node: 'pve1', vmid: 100 }),
  ]
  print(`the same: ${new Set(answers.map((answer) => Reflect.get(Object(answer), 'name'))).size}`)

  const created = await pve.nodes('pve1').qemu.create({ vmid: 300, name: 'test', cores: undefined })
  await created.done()
  await pve.nodes('pve1').qemu(300).config.put({ memory: 4096 })
  await pve.nodes('pve1').qemu(300).config.set({ name: 'tested' })
  const { name, memory } = await pve.nodes('pve1').qemu(300).config.get()
  print(`${name} has ${memory} MiB`)
  const deleted = await pve.nodes('pve1').qemu(300).delete()
  await deleted.done()
}
