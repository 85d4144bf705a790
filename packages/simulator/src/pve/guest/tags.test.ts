import { describe, expect, it } from 'vitest'
import { vmLab } from '../../../test/vm-lab.js'

const config = '/nodes/pve1/qemu/100/config'

async function setTags(
  tags: string,
  { datacenter = '', user = 'root@pam' }: { datacenter?: string; user?: string } = {},
): Promise<unknown> {
  const lab = vmLab({
    guests: [
      { vmid: 100, node: 'pve1', config: { tags: 'old' } },
      { vmid: 101, node: 'pve1', config: { tags: 'seen' } },
    ],
    acl: [{ path: '/vms', role: 'PVEVMAdmin', user: 'alice@pve' }],
    files: { 'datacenter.cfg': datacenter },
  })
  const answer = await lab.as(user)(`PUT ${config}`, { tags })
  return answer ?? /^tags: (.*)$/m.exec(lab.conf(100) ?? '')?.[1]
}

const refusal = (tag: string): string =>
  `403 Permission check failed (/, Sys.Modify for modifying tag '${tag}')`

describe('tags', () => {
  it('are stored sorted, in lower case and once each', async () => {
    expect(await setTags('b,A;b a')).toBe('a;b')
  })

  it('are stored as the datacenter says', async () => {
    const datacenter = 'tag-style: case-sensitive=1,ordering=config\n'
    expect(await setTags('b;A;a', { datacenter })).toBe('b;A;a')
  })

  it.each([
    ['free', 'new', 'new'],
    ['free', 'kept', refusal('kept')],
    ['existing', 'old;seen', 'old;seen'],
    ['existing', 'old;new', refusal('new')],
    ['list', 'old;listed', 'listed;old'],
    ['list', 'old;seen', refusal('seen')],
    ['none', 'old;listed', refusal('listed')],
  ])('under policy %s: %s', async (policy, tags, outcome) => {
    const access = `user-tag-access: user-allow=${policy},user-allow-list=listed\n`
    const datacenter = `${access}registered-tags: kept\n`
    expect(await setTags(tags, { datacenter, user: 'alice@pve' })).toBe(outcome)
  })
})
