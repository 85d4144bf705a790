import type { Params } from './parameters-of.js'

const fabricNode: Params = { protocol: 'openfabric', interfaces: ['name=eth0'] }
const remote: Params = {
  'target-endpoint':
    'host=192.0.2.9,apitoken=PVEAPIToken=root@pam!x=00000000-0000-4000-8000-000000000001',
}

/** Values that no generator finds by the description alone, by operation. */
export const ownValues: Readonly<Record<string, Params>> = {
  'POST /cluster/mapping/pci': { map: ['node=pve,path=0000:01:00.0,id=10de:1eb8'] },
  'POST /cluster/mapping/usb': { map: ['node=pve,id=10de:1eb8'] },
  'PUT /cluster/mapping/usb/{id}': { map: ['node=pve,id=10de:1eb8'] },
  'PUT /cluster/sdn/fabrics/fabric/{id}': {
    protocol: 'ospf',
    redistribute: ['source=static'],
    delete: ['area'],
  },
  'POST /cluster/sdn/fabrics/node/{fabric_id}': fabricNode,
  'PUT /cluster/sdn/fabrics/node/{fabric_id}/{node_id}': {
    ...fabricNode,
    delete: ['ip'],
  },
  ...Object.fromEntries(
    ['GET', 'PUT', 'DELETE'].map((verb) => [
      `${verb} /cluster/sdn/vnets/{vnet}/subnets/{subnet}`,
      { subnet: 'home-192.0.2.0-24' },
    ]),
  ),
  'POST /nodes/{node}/execute': { commands: '[{"method":"GET","path":"version"}]' },
  'POST /nodes/{node}/qemu/{vmid}/remote_migrate': remote,
  'POST /nodes/{node}/lxc/{vmid}/remote_migrate': remote,
  'POST /config/cluster/nodes': {
    hostrsapubkey: 'A'.repeat(200),
    rootrsapubkey: 'A'.repeat(200),
  },
  'POST /quarantine/content': { id: 'C1R2T3' },
  ...Object.fromEntries(
    ['GET', 'POST', 'DELETE'].map((verb) => [
      `${verb} /nodes/{node}/postfix/queue/{queue}/{queue_id}`,
      { queue_id: '0123456789' },
    ]),
  ),
}
