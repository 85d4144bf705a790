import { describe, expect, it } from 'vitest'
import { bootDevices, bootOrderOf, defaultBootDevices, explicitOrder } from './boot-order.js'

const section = (config: Record<string, string>): ReadonlyMap<string, string> =>
  new Map(Object.entries(config))

const drives = {
  scsi1: 'a:b',
  ide2: 'none,media=cdrom',
  virtio0: 'a:c',
  net1: 'virtio',
  net0: 'virtio',
}

describe('the boot order', () => {
  it('is the one that is written', () => {
    expect(explicitOrder('order=scsi0;net0')).toEqual(['scsi0', 'net0'])
    expect(bootDevices(section({ ...drives, boot: 'order=net0;scsi1' }))).toEqual(['net0', 'scsi1'])
  })

  it('may be empty', () => {
    expect(explicitOrder('order=')).toEqual([])
  })

  it.each([undefined, '', 'cdn', 'legacy=cd'])('is not written in %j', (boot) => {
    expect(explicitOrder(boot)).toBeUndefined()
  })

  it('of the old style names kinds of devices', () => {
    const config = { ...drives, boot: 'ncd', bootdisk: 'virtio0' }
    expect(bootOrderOf(section(config))).toEqual(['net0', 'net1', 'virtio0', 'ide2'])
    expect(bootDevices(section(config))).toEqual(['virtio0'])
    expect(bootOrderOf(section({ ...drives, boot: 'legacy=d' }))).toEqual(['ide2'])
  })

  it('is by default the first disk, the first CD drive and the first network device', () => {
    expect(defaultBootDevices(section(drives))).toEqual(['scsi1', 'ide2', 'net0'])
  })
})
