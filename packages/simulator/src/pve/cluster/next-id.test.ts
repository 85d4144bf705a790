import { beforeEach, describe, expect, it } from 'vitest'
import { vmLab, type VmLab } from '../../../test/vm-lab.js'

let lab: VmLab

beforeEach(() => {
  lab = vmLab({ guests: [{ vmid: 100, node: 'pve1', config: { name: 'web' } }] })
})

describe('the next free id', () => {
  it('is given to one of those who race for it', async () => {
    const vmid = String(await lab.root('GET /cluster/nextid'))
    const answers = await Promise.all([
      lab.root('POST /nodes/pve1/qemu', { vmid }),
      lab.root('POST /nodes/pve2/qemu', { vmid }),
      lab.root('POST /nodes/pve1/qemu/100/clone', { newid: vmid }),
      lab.root('POST /nodes/pve1/lxc', {
        vmid,
        ostemplate: 'local:vztmpl/debian-13-standard_13.1-2_amd64.tar.zst',
      }),
    ])
    await lab.simulator.idle()
    expect(answers.filter(isTask)).toHaveLength(1)
    for (const answer of answers.filter((one) => !isTask(one))) {
      expect(answer).toMatch(new RegExp(`^500 .*(VM|CT) ${vmid}.* already exists`))
    }
    const files = Object.keys(lab.simulator.snapshot().config)
    expect(files.filter((file) => file.endsWith(`/${vmid}.conf`))).toHaveLength(1)
  })

  it('is another one for each of many who ask again after a conflict', async () => {
    const create = async (): Promise<string> => {
      const vmid = String(await lab.root('GET /cluster/nextid'))
      const answer = await lab.root('POST /nodes/pve1/qemu', { vmid })
      if (isTask(answer)) return vmid
      expect(answer).toContain('already exists')
      return create()
    }
    const ids = await Promise.all(Array.from({ length: 30 }, create))
    await lab.simulator.idle()
    expect(new Set(ids).size).toBe(30)
    const guests = await lab.root('GET /nodes/pve1/qemu')
    const created = (Array.isArray(guests) ? guests : []).map(({ vmid }) => String(vmid))
    expect(created).toEqual(expect.arrayContaining(ids))
  })
})

function isTask(answer: unknown): boolean {
  return String(answer).startsWith('UPID:')
}
