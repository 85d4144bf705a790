import { createServer } from 'node:http'
import { beforeEach, describe, expect, it } from 'vitest'
import { vmLab, type VmLab } from '../../../test/vm-lab.js'

let lab: VmLab

beforeEach(() => {
  lab = vmLab({
    guests: [
      {
        vmid: 100,
        node: 'pve1',
        config: { name: 'web', scsi0: 'local-lvm:vm-100-disk-0,size=8G' },
      },
      {
        vmid: 200,
        node: 'pve1',
        type: 'lxc',
        config: { unprivileged: 1, rootfs: 'local-lvm:vm-200-disk-0,size=4G' },
      },
    ],
  })
  const snapshot = lab.simulator.snapshot()
  const backings = snapshot.backings.map((backing) => {
    if (backing.key === 'dir:pve1:/var/lib/vz') {
      const used = backing.volumes.reduce((sum, volume) => sum + volume.used, backing.base)
      return { ...backing, capacity: used + 2048 }
    }
    const volumes = backing.volumes.map((volume) => ({ ...volume, used: volume.size / 2 }))
    return { ...backing, volumes }
  })
  lab.simulator.restore({ ...snapshot, backings })
})

async function endOf(vmid: number, params: Record<string, string>): Promise<unknown> {
  const options = { vmid, storage: 'local', ...params }
  const { status, log } = Object(await lab.task('POST /nodes/pve1/vzdump', options))
  expect(status).toBe('job errors')
  const from = log.findIndex((line: string) => /No space|write error/.test(line))
  return log.slice(from, from + 3)
}

describe('a directory without room', () => {
  it('takes no archive of a machine', async () => {
    expect(await endOf(100, { compress: 'zstd' })).toEqual([
      'INFO: zstd: error 25 : Write error : No space left on device (cannot write compressed block)',
      'ERROR: vma_queue_write: write error - Broken pipe',
      'INFO: aborting backup job',
    ])
    expect(await endOf(100, { compress: '0' })).toEqual([
      'ERROR: vma_queue_write: write error - No space left on device',
      'INFO: aborting backup job',
      'INFO: stopping kvm after backup task',
    ])
    expect(lab.conf(100)).not.toContain('lock')
    expect(await lab.root('GET /nodes/pve1/storage/local/content', { content: 'backup' })).toEqual(
      [],
    )
  })

  it('takes no archive of a container', async () => {
    expect(await endOf(200, { compress: 'gzip' })).toEqual([
      'INFO: gzip: stdout: No space left on device',
      expect.stringMatching(
        /^ERROR: Backup of VM 200 failed - command 'set -o pipefail && lxc-usernsexec .* \.\/ \| gzip --rsyncable >\/var\/lib\/vz\/dump\/vzdump-lxc-200-[\d_-]+\.tar\.dat' failed: exit code 1$/,
      ),
      expect.stringMatching(/^INFO: Failed at /),
    ])
  })

  it('takes no download that is too large, but one that fits', async () => {
    const server = createServer((request, response) => {
      response.end(Buffer.alloc(request.url === '/small.iso' ? 2048 : 2049))
    })
    await new Promise<void>((resolve) => {
      server.listen(0, '127.0.0.1', resolve)
    })
    const address = server.address()
    const port = typeof address === 'object' ? address?.port : 0
    const fetched = (name: string): Promise<unknown> =>
      lab.task('POST /nodes/pve1/storage/local/download-url', {
        url: `http://127.0.0.1:${port}/${name}`,
        content: 'iso',
        filename: name,
      })
    try {
      expect(Object(await fetched('large.iso')).status).toMatch(
        /^download failed: Cannot write to ‘\S+large\.iso\.tmp_dwnl\.[\dA-F]{8}’ \(No space left on device\)\.$/,
      )
      expect(await fetched('small.iso')).toMatchObject({ status: 'OK' })
    } finally {
      server.close()
    }
  })
})
