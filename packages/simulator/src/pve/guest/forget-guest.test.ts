import { describe, expect, it } from 'vitest'
import { ConfigTree } from '../../engine/config-tree.js'
import { forgetGuest, forgetHaResource, replicationJobs } from './forget-guest.js'

function treeWith(files: Record<string, string>): ConfigTree {
  const config = new ConfigTree()
  for (const [path, text] of Object.entries(files)) config.write(path, text)
  return config
}

describe('a guest that is gone', () => {
  it('leaves backup jobs, and takes those along that were for it alone', () => {
    const config = treeWith({
      'jobs.cfg':
        'vzdump: a\n\tvmid 100,101\n\tenabled 1\n\tschedule 01:00\n\nvzdump: b\n\tvmid 100\n\nother: c\n\tvmid 100\n\n',
    })
    forgetGuest(config, 100)
    expect(config.read('jobs.cfg')).toBe(
      'vzdump: a\n\tschedule 01:00\n\tenabled 1\n\tvmid 101\n\nother: c\n\tvmid 100\n\n',
    )
  })

  it('leaves replication', () => {
    const config = treeWith({
      'replication.cfg': 'local: 100-0\n\ttarget pve2\n\nlocal: 1001-0\n\ttarget pve2\n\n',
    })
    expect(replicationJobs(config, 100)).toEqual(['100-0'])
    forgetGuest(config, 100)
    expect(config.read('replication.cfg')).toBe('local: 1001-0\n\ttarget pve2\n\n')
  })

  it('leaves high availability and its rules', () => {
    const config = treeWith({
      'ha/resources.cfg': 'vm: 100\n\tstate started\n\nct: 101\n\n',
      'ha/rules.cfg': 'node-affinity: x\n\tnodes pve1\n\tresources vm:100,ct:101\n\n',
    })
    forgetHaResource(config, 100)
    expect(config.read('ha/resources.cfg')).toBe('ct: 101\n\n')
    expect(config.read('ha/rules.cfg')).toBe(
      'node-affinity: x\n\tnodes pve1\n\tresources ct:101\n\n',
    )
  })
})
