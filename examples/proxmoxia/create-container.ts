import type { Example } from '../example.js'

/** A template is found, a container made of it, its log read for warnings, and then it is started. */
export const createContainer: Example = async ({ pve, print }) => {
  const node = pve.node('pve1')
  const templates = await node.storage('local').content({ content: 'vztmpl' })
  const template = templates.find(({ volid }) => /debian-13.*\.tar\.zst$/.test(volid))
  if (!template) throw new Error('there is no template')

  const task = await node.lxc.post({
    ostemplate: template.volid,
    vmid: 204,
    hostname: 'test-4',
    net0: 'name=eth0,bridge=vmbr0,ip=192.168.123.204/24',
    storage: 'local-lvm',
  })
  for await (const line of task.log()) if (/^(?:WARN|TASK)/.test(line)) print(line)
  const { outcome } = await task.done()
  print(`created: ${outcome}`)
  const start = await node.lxc('204').status.start.post()
  const started = await start.done()
  print(`started: ${started.outcome}`)
}
