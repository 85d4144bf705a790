import { expect, it } from 'vitest'
import { vmLab } from '../../../test/vm-lab.js'

const hookscript = 'local:snippets/hook.sh'

it('a guest does not start without the script that it is to run', async () => {
  const lab = vmLab({
    guests: [
      { vmid: 100, node: 'pve1', config: { hookscript } },
      {
        vmid: 200,
        type: 'lxc',
        node: 'pve1',
        config: { hookscript, rootfs: 'local-lvm:vm-200-disk-0,size=1G' },
      },
    ],
  })
  for (const call of ['qemu/100', 'lxc/200'] as const) {
    const vmid = call.split('/')[1]
    expect(await lab.task(`POST /nodes/pve1/${call}/status/start`)).toMatchObject({
      status: `hookscript error for ${vmid} on pre-start: script '${hookscript}' does not exist`,
    })
  }
})

it('a guest that runs mentions a script that went', async () => {
  const lab = vmLab({
    guests: [
      { vmid: 100, node: 'pve1', running: true, config: { hookscript } },
      {
        vmid: 200,
        type: 'lxc',
        node: 'pve1',
        running: true,
        config: { hookscript, rootfs: 'local-lvm:vm-200-disk-0,size=1G' },
      },
    ],
  })
  const missing = `script '${hookscript}' does not exist`
  expect(await lab.task('POST /nodes/pve1/qemu/100/status/stop')).toMatchObject({
    status: 'OK',
    log: [
      `hookscript error for 100 on pre-stop: ${missing}`,
      `hookscript error for 100 on post-stop: ${missing}`,
    ],
  })
  expect(await lab.task('POST /nodes/pve1/lxc/200/status/shutdown')).toMatchObject({
    status: 'OK',
    log: [`hookscript error for 200 on pre-stop: ${missing}`],
  })
})
