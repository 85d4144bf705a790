import { describe, expect, test } from 'vitest'
import { statusOf, statusOfText } from './status-of.js'

describe('the status of a text', () => {
  test.each([
    // qemu-server PVE/QemuServer.pm, PVE/API2/Qemu.pm; pve-container PVE/API2/LXC/Status.pm
    [409, 'VM 100 already running'],
    [409, 'CT 200 not running'],
    [409, 'VM 100 is running - destroy failed'],
    [409, 'VM is paused - cannot shutdown'],
    [409, "can't remove VM 100 - protection mode enabled"],
    [409, 'unable to remove VM 100 - used in HA resources and purge parameter not set.'],
    [409, 'QEMU guest agent is not running'],
    [409, 'No QEMU guest agent configured'],
    [409, "command 'lxc-checkpoint -n 101 -r --foreground -D /x' failed: exit code 1"],
    [422, 'unable to parse drive options'],
    [422, 'shrinking disks is not supported'],
    [422, 'numa needs to be enabled for memory hotplug'],
    [422, "unable to use snapshot name 'current' (reserved name)"],
    [403, "only root can set 'args' config"],
    [504, 'VM quit/powerdown failed - got timeout'],
    // pve-storage PVE/Storage.pm, PVE/Storage/Plugin.pm, PVE/API2/Storage/Status.pm
    [404, "storage 'nowhere' does not exist"],
    [404, 'no such logical volume pve/data'],
    [422, "unable to parse volume ID 'x'"],
    [409, 'base volume is still in use by linked clones'],
    [403, 'Only root can pass arbitrary filesystem paths.'],
    [502, 'download failed: 404 Not Found'],
    // pve-common PVE/Tools.pm; pve-cluster PVE/Cluster.pm
    [404, "hostname lookup 'nowhere' failed - failed to get address info for: nowhere"],
    [409, 'cluster not ready - no quorum?'],
    // pve-manager PVE/Ceph/Tools.pm
    [409, 'binary not installed: /usr/bin/ceph-mon'],
    // pve-manager PVE/API2/ACMEPlugin.pm, PVE/API2/Pool.pm; pve-access-control PVE/API2/User.pm
    [404, "ACME plugin 'sample' not defined"],
    [409, 'VM 100 is not a pool member'],
    [404, 'no such user (nobody@pve)'],
    // What nothing says anything about.
    [500, 'Modification of a read-only value attempted'],
    [500, ''],
  ])('%i of %j', (status, text) => {
    expect(statusOfText(text, {})).toBe(status)
  })
})

describe('the status of an answer', () => {
  const request = { verb: 'GET', path: '/nodes' } as const
  test.each([
    ['refused parameters', 422, { status: 400, errors: { vmid: 'type check failed' } }],
    ['a name that is taken', 409, { status: 400, errors: { tokenid: 'Token already exists.' } }],
    ['a task that is not there', 404, { status: 400, errors: { upid: 'no such task' } }],
    [
      'a path that this release lacks',
      404,
      { status: 501, message: "Method 'GET /x' not implemented" },
    ],
    ['a node out of reach', 502, { status: 595, message: 'No route to host' }],
    ['a node that does not answer', 504, { status: 596, message: 'Connection timed out' }],
    [
      'a stale digest',
      409,
      { status: 500, message: 'checksum mismatch (file change by other user?)' },
    ],
    ['a lock', 409, { status: 500, message: "can't lock file '/var/lock/x' - got timeout" }],
    [
      'a text with 400, as of Backup Server',
      404,
      { status: 400, message: "no such datastore 'x'" },
    ],
  ])('%s', (_, status, answer) => {
    expect(statusOf(request, { data: null, ...answer })).toBe(status)
  })
})
