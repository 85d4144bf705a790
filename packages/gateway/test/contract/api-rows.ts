import { expect } from 'vitest'
import type { Promised } from './row.js'

const isTask =
  'the product answers with a task, which is told as such; ?wait=seconds waits for its end'

const task = (type: string, vmid: string): unknown => ({
  task: expect.stringMatching(`^UPID:pve1:.*:${type}:${vmid}:root@pam!ci:$`),
  node: 'pve1',
  type,
  id: vmid,
  user: 'root@pam!ci',
  starttime: expect.any(Number),
  status: expect.stringMatching(/^(?:running|stopped)$/),
})

const ended = (type: string, vmid: string): unknown =>
  expect.objectContaining({ type, id: vmid, status: 'stopped', exitstatus: 'OK' })

/** The API at the root. */
export const apiRows: readonly Promised[] = [
  {
    promise: 'JSON in and out, without an envelope',
    rows: [
      {
        call: 'GET /nodes/pve1/qemu/100/config',
        status: 200,
        headers: { 'content-type': 'application/json; charset=utf-8' },
        answer: expect.objectContaining({
          name: 'web-1',
          digest: expect.stringMatching(/^[\da-f]{40}$/),
        }),
      },
      {
        call: 'GET /nodes',
        status: 200,
        answer: expect.arrayContaining([
          expect.objectContaining({ node: 'pve1', status: 'online', maxcpu: expect.any(Number) }),
        ]),
      },
      {
        call: 'GET /cluster/status',
        status: 200,
        answer: expect.arrayContaining([
          expect.objectContaining({ type: 'cluster', quorate: true, nodes: expect.any(Number) }),
        ]),
        differs: 'what the definition calls a boolean is one',
      },
      {
        call: 'GET /nodes/pve1/storage?storage=local',
        status: 200,
        answer: [expect.objectContaining({ storage: 'local', type: 'dir', active: true })],
        differs: 'what the definition calls a boolean is one',
      },
      {
        call: 'GET /nodes/pve1/lxc?fields=vmid,status',
        status: 200,
        answer: expect.arrayContaining([{ vmid: 200, status: 'running' }]),
      },
      {
        call: 'POST /access/ticket',
        as: 'nobody',
        body: { username: 'root@pam', password: 'proxkit' },
        status: 200,
        answer: expect.objectContaining({
          username: 'root@pam',
          ticket: expect.stringMatching(/^PVE:root@pam:/),
          CSRFPreventionToken: expect.any(String),
        }),
      },
    ],
  },
  {
    promise: '201 where something is created',
    rows: [
      {
        call: 'POST /pools',
        body: { poolid: 'contract', comment: 'of the contract' },
        status: 201,
        headers: { location: '/pools/contract' },
        answer: null,
      },
      {
        call: 'POST /nodes/pve1/qemu?wait=30',
        body: { vmid: 900, name: 'new-vm', memory: 4096, cores: 2, ostype: 'l26' },
        status: 201,
        headers: { location: '/nodes/pve1/qemu/900' },
        answer: ended('qmcreate', '900'),
        differs: isTask,
      },
      {
        call: 'POST /nodes/pve1/qemu',
        body: { vmid: 901, name: 'new-vm', memory: 4096 },
        status: 202,
        answer: task('qmcreate', '901'),
        differs: isTask,
      },
      {
        call: 'POST /nodes/pve1/qemu/100/status/reboot?wait=30',
        status: 200,
        answer: ended('qmreboot', '100'),
        differs: isTask,
      },
    ],
  },
  {
    promise: 'limit and start on lists, filters by query parameter',
    rows: [
      {
        call: 'GET /access/roles?limit=2&start=1&fields=roleid&sort=roleid',
        status: 200,
        headers: { 'x-total-count': expect.stringMatching(/^\d+$/) },
        answer: [{ roleid: 'NoAccess' }, { roleid: 'PVEAdmin' }],
      },
      {
        call: 'GET /nodes/pve1/qemu?name=~web&status=running&fields=vmid,name',
        status: 200,
        headers: { 'x-total-count': '2' },
        answer: [
          { vmid: 100, name: 'web-1' },
          { vmid: 101, name: 'web-2' },
        ],
      },
      {
        call: 'GET /nodes/pve1/tasks?limit=0',
        status: 200,
        answer: [],
      },
    ],
  },
  {
    promise: 'refusals as detail and errors, with 400, 401, 403, 404, 422, 500',
    rows: [
      {
        call: 'GET /nodes/pve1/%zz',
        status: 400,
        answer: { detail: "'/nodes/pve1/%zz' is not a valid url component" },
      },
      {
        call: 'GET /nodes',
        as: 'nobody',
        status: 401,
        answer: { detail: 'a ticket or an API token is needed, and none came along' },
      },
      {
        call: 'GET /nodes',
        as: 'a stranger',
        status: 401,
        answer: { detail: expect.any(String) },
      },
      {
        call: 'POST /access/ticket',
        as: 'nobody',
        body: { username: 'root@pam', password: 'wrong' },
        status: 401,
        answer: { detail: 'authentication failure' },
      },
      {
        call: 'GET /nodes/pve1/syslog',
        as: 'auditor',
        status: 403,
        answer: { detail: expect.stringContaining('Permission check failed') },
      },
      {
        call: 'GET /nothing',
        status: 404,
        answer: { detail: '/nothing is not a path of this API' },
      },
      {
        call: 'GET /nodes/pve1/qemu/999/config',
        status: 404,
        answer: { detail: expect.stringContaining("999.conf' does not exist") },
      },
      {
        call: 'POST /nodes/pve1/qemu',
        body: { vmid: 'many', nonsense: 1 },
        status: 422,
        answer: {
          detail: 'Parameter verification failed.',
          errors: expect.arrayContaining([
            { field: 'vmid', message: "type check ('integer') failed - got 'many'" },
          ]),
        },
      },
      {
        call: 'POST /nodes/pve1/qemu',
        body: { vmid: 100 },
        status: 409,
        answer: { detail: expect.stringContaining('VM 100 already exists') },
        differs: 'what exists already is told by 409, and the text is the product’s',
      },
      {
        call: 'GET /nodes/pve9/status',
        status: 404,
        answer: { detail: expect.stringContaining("hostname lookup 'pve9' failed") },
        differs: 'a node that is not there is told by 404, where the product says 500',
      },
      {
        call: 'GET /nodes/pve3/hosts',
        status: 502,
        answer: { detail: expect.any(String) },
        differs: 'a node that cannot be reached is told by 502, where the product says 595',
      },
      { call: 'GET /nodes/pve3/dns', status: 500, answer: { detail: 'it broke' } },
    ],
  },
]
