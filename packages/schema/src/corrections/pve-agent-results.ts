import type { Schema } from '../model.js'
import { flag, integer, list, object, optional, text } from './result-parts.js'

// What the guest agent answers to each command: qemu qga/qapi-schema.json
const answers: Readonly<Record<string, Schema>> = {
  'GET get-fsinfo': list({
    name: text,
    mountpoint: text,
    type: text,
    'used-bytes': optional(integer),
    'total-bytes': optional(integer),
    'total-bytes-privileged': optional(integer),
    disk: list({
      'bus-type': text,
      bus: integer,
      target: integer,
      unit: integer,
      serial: optional(text),
      dev: optional(text),
    }),
  }),
  'GET get-host-name': object({ 'host-name': text }),
  'GET get-memory-block-info': object({ size: integer }),
  'GET get-memory-blocks': list({
    'phys-index': integer,
    online: flag,
    'can-offline': optional(flag),
  }),
  'GET get-osinfo': object({
    id: optional(text),
    name: optional(text),
    'pretty-name': optional(text),
    version: optional(text),
    'version-id': optional(text),
    variant: optional(text),
    'variant-id': optional(text),
    'kernel-release': optional(text),
    'kernel-version': optional(text),
    machine: optional(text),
  }),
  'GET get-time': integer,
  'GET get-timezone': object({ zone: optional(text), offset: integer }),
  'GET get-users': list({
    user: text,
    domain: optional(text),
    'login-time': { type: 'number' },
  }),
  'GET get-vcpus': list({ 'logical-id': integer, online: flag, 'can-offline': optional(flag) }),
  'GET info': object({
    version: text,
    supported_commands: list({ name: text, enabled: flag, 'success-response': flag }),
  }),
  'GET network-get-interfaces': list({
    name: text,
    'hardware-address': optional(text),
    'ip-addresses': optional(
      list({
        'ip-address': text,
        'ip-address-type': { type: 'string', enum: ['ipv4', 'ipv6'] },
        prefix: integer,
      }),
    ),
    statistics: optional(
      object({
        'rx-bytes': integer,
        'rx-packets': integer,
        'rx-errs': integer,
        'rx-dropped': integer,
        'tx-bytes': integer,
        'tx-packets': integer,
        'tx-errs': integer,
        'tx-dropped': integer,
      }),
    ),
  }),
  'POST fsfreeze-freeze': integer,
  'POST fsfreeze-status': { type: 'string', enum: ['thawed', 'frozen'] },
  'POST fsfreeze-thaw': integer,
  'POST fstrim': object({
    paths: list({
      path: text,
      trimmed: optional(integer),
      minimum: optional(integer),
      error: optional(text),
    }),
  }),
  // Nothing comes back, which the monitor writes as an empty object.
  'POST ping': object({}),
  'POST set-user-password': object({}),
  // These do not answer when they succeed.
  'POST shutdown': {},
  'POST suspend-disk': {},
  'POST suspend-hybrid': {},
  'POST suspend-ram': {},
}

// qemu-server PVE/API2/Qemu/Agent.pm: register_command wraps each answer in `result`
const wrap = (answer: Schema): Schema => object({ result: answer })

/** The results of the guest agent's commands. */
export const agentResults: Readonly<Record<string, Schema>> = Object.fromEntries([
  ['POST /nodes/{node}/qemu/{vmid}/agent', wrap({})],
  ...Object.entries(answers).map(([key, answer]) => {
    const [verb, command] = key.split(' ')
    return [`${verb} /nodes/{node}/qemu/{vmid}/agent/${command}`, wrap(answer)]
  }),
])
