import { describe, expect, it } from 'vitest'
import { driveSize, formatDrive, isCdrom, isCloudinit, parseDrive } from './drive.js'

describe('a drive', () => {
  it.each([
    ['scsi0', 'local:1/vm-1-disk-0.raw', 'local:1/vm-1-disk-0.raw'],
    ['scsi0', 'file=a:b,ssd=on,discard=on', 'a:b,discard=on,ssd=1'],
    ['scsi0', 'a:b,size=1024M', 'a:b,size=1G'],
    ['virtio0', 'a:b,iothread=yes,aio=native', 'a:b,aio=native,iothread=1'],
    ['ide0', 'a:b,cyls=1,heads=2,secs=3', 'a:b'],
    ['ide2', 'none,media=cdrom', 'none,media=cdrom'],
    [
      'efidisk0',
      'a:b,efitype=4m,pre-enrolled-keys=1,size=4M',
      'a:b,efitype=4m,pre-enrolled-keys=1,size=4M',
    ],
    ['tpmstate0', 'a:b,version=v2.0', 'a:b,version=v2.0'],
    ['unused0', 'a:b', 'a:b'],
  ])('%s %s is printed as %s', (name, text, printed) => {
    const drive = parseDrive(name, text)
    expect(drive && formatDrive(drive)).toBe(printed)
  })

  it.each([
    ['scsi0', 'size=1G'],
    ['scsi0', 'a:b,mbps_max=1'],
    ['scsi0', 'a:b,mbps=1,mbps_rd=1'],
    ['virtio0', 'a:b,media=cdrom'],
    ['ide2', 'a:b,media=cdrom,snapshot=1'],
    ['scsi0', 'a:b,size=big'],
    ['net0', 'virtio'],
  ])('%s %s makes no sense', (name, text) => {
    expect(parseDrive(name, text)).toBeUndefined()
  })

  it('of a cloud-init image is a CD drive unless that is left out', () => {
    const drive = { file: 'local:1/vm-1-cloudinit.qcow2', media: 'cdrom' }
    expect(isCloudinit(drive)).toBe(true)
    expect(isCdrom(drive)).toBe(true)
    expect(isCdrom(drive, { cloudinit: false })).toBe(false)
  })

  it('has the size that it says', () => {
    expect(driveSize({ file: 'a:b', size: '32G' })).toBe(32 * 2 ** 30)
    expect(driveSize({ file: 'a:b' })).toBeUndefined()
  })
})
