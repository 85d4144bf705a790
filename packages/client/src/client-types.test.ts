import { describe, expectTypeOf, test } from 'vitest'
import {
  type AnyResource,
  type Change,
  type Clients,
  createClient,
  type PveClient,
  type FinishedTask,
  type Flag,
  type Product,
  type PveGet,
  type Task,
  type Upid,
} from './index.js'

describe('types of a client', () => {
  const client = createClient({
    transport: { send: async () => ({ status: 200, data: [{}] }), close: async () => {} },
  })
  const node = client.nodes('pve1')
  const guest = node.qemu(100)

  test('results are those of the API', async () => {
    const nodes = await client.nodes()
    expectTypeOf(nodes[0]?.node).toEqualTypeOf<string | undefined>()
    expectTypeOf(nodes[0]?.status).toEqualTypeOf<'unknown' | 'online' | 'offline' | undefined>()
    expectTypeOf(guest.status.current.get()).resolves.toHaveProperty('vmid')
    expectTypeOf(guest.status.start.post()).resolves.toEqualTypeOf<Task>()
    expectTypeOf(await client.version()).toHaveProperty('release')
    const guests = await node.qemu({ full: true })
    expectTypeOf(guests).toEqualTypeOf<PveGet['/nodes/{node}/qemu']['result']>()
    expectTypeOf(guests[0]?.template).toEqualTypeOf<Flag | undefined>()
  })

  test('parameters are checked', async () => {
    await guest.config.put({ net31: 'virtio', onboot: true, delete: ['net0', 'net1'] })
    // @ts-expect-error misspelt
    await guest.config.put({ memroy: 2048 })
    // @ts-expect-error the last network device is net31
    await guest.config.put({ net32: 'virtio' })
    // @ts-expect-error not a value of the enumeration
    await guest.config.put({ bios: 'coreboot' })
    // @ts-expect-error vmid is missing
    await node.qemu.post({ memory: '2048' })
    // @ts-expect-error there are none
    await client.version({ verbose: true })
  })

  test('property strings are text, objects, or what may stand alone in them', async () => {
    await guest.config.put({ net0: { model: 'virtio', bridge: 'vmbr0', trunks: [2] }, agent: true })
    await guest.config.put({ net0: 'virtio,bridge=vmbr0', memory: 2048 })
    // @ts-expect-error a network device has a model
    await guest.config.put({ net0: { bridge: 'vmbr0' } })
    // @ts-expect-error not a model
    await guest.config.put({ net0: { model: 'ne1000' } })
    // @ts-expect-error an object has the full names
    await guest.config.put({ net0: { virtio: 'BC:24:11:00:00:01' } })
    await node.lxc(200).config.put({ net0: { name: 'eth0', bridge: 'vmbr0' } })
  })

  test('points in time are numbers or dates, where they are given', async () => {
    const user = client.access.users('ada@pve')
    await user.put({ expire: new Date() })
    expectTypeOf((await user.get()).expire).toEqualTypeOf<number | undefined>()
    // @ts-expect-error not a point in time
    await node.tasks({ limit: new Date() })
  })

  test('paths are checked', () => {
    // @ts-expect-error no such path
    expectTypeOf(node.vms).not.toBeNever()
    // @ts-expect-error an id is a string here
    expectTypeOf(client.nodes(7)).not.toBeNever()
    expectTypeOf(client.nodes('pve1').qemu('100')).toEqualTypeOf<typeof guest>()
  })

  test('what changes at a path is what a GET of it gives', () => {
    type Of<Watched> = Watched extends AsyncIterable<Change<infer Entry>> ? Entry : never
    const guests = client.watch('/nodes/{node}/qemu', { params: { node: 'pve1', full: true } })
    expectTypeOf<Of<typeof guests>>().toEqualTypeOf<
      PveGet['/nodes/{node}/qemu']['result'][number]
    >()
    const options = client.watch('/cluster/options', { interval: 500 })
    expectTypeOf<Of<typeof options>>().toEqualTypeOf<PveGet['/cluster/options']['result']>()
    const other = client.watch('nodes/pve1/qemu', { key: ['vmid', 'name'] })
    expectTypeOf(other).toEqualTypeOf<AsyncIterable<Change>>()
    // @ts-expect-error the node is missing
    expectTypeOf(() => client.watch('/nodes/{node}/qemu')).toBeFunction()
    // @ts-expect-error not a path of the API
    expectTypeOf(() => client.watch('/nodes/{node}/qmeu', { params: {} })).toBeFunction()
  })

  test('what the types do not know has its own doors', () => {
    expectTypeOf(client('nodes/pve1/qemu')).toEqualTypeOf<AnyResource>()
    expectTypeOf(client.any('nodes', 'pve1', 'qemu', 100)).toEqualTypeOf<AnyResource>()
    expectTypeOf(client.nodes(['pve1', 'qemu', 100])).toEqualTypeOf<AnyResource>()
    expectTypeOf(client.any('a').get()).resolves.toBeUnknown()
    expectTypeOf(client.request('GET', 'a')).resolves.toBeUnknown()
  })

  test('a client can wait for what a call gives, and ends with its scope', () => {
    const wait = (upid: Upid): Promise<FinishedTask> => client.task(upid).done()
    expectTypeOf(wait).returns.resolves.toHaveProperty('warnings')
    expectTypeOf(client).toExtend<AsyncDisposable>()
  })
})

describe('types by product and version', () => {
  const transport = { send: async () => ({ status: 200, data: null }), close: async () => {} }

  test('the version decides which calls there are', () => {
    const old = createClient({ version: '7.4', transport })
    const now = createClient({ product: 'pve', version: '9.2', transport })
    expectTypeOf(now.cluster['bulk-action'].guest.start.post()).resolves.toEqualTypeOf<Task>()
    // @ts-expect-error 7.4 had no bulk actions
    expectTypeOf(old.cluster['bulk-action']).not.toBeNever()
    expectTypeOf(old.nodes('a').qemu(100).status.start.post()).resolves.toEqualTypeOf<Task>()
    // @ts-expect-error not a version
    expectTypeOf(() => createClient({ version: '6.4', transport })).toBeFunction()
  })

  test('the product decides which calls there are, and its newest version is meant', () => {
    const pbs = createClient({ product: 'pbs', transport })
    expectTypeOf(pbs.admin.datastore('store').gc.post()).resolves.toEqualTypeOf<Task>()
    expectTypeOf(pbs).toEqualTypeOf<Clients['pbs']['4.2']>()
    // @ts-expect-error a backup server has no machines
    expectTypeOf(pbs.nodes('a').qemu).not.toBeNever()
    // @ts-expect-error a version of another product
    expectTypeOf(() => createClient({ product: 'pbs', version: '9.2', transport })).toBeFunction()
    const pmg = createClient({ product: 'pmg', transport })
    expectTypeOf(pmg.quarantine.spam).toBeFunction()
    const pdm = createClient({ product: 'pdm', transport })
    expectTypeOf(pdm.pve.remotes('lab').qemu('100').start.post()).resolves.toEqualTypeOf<Task>()
    expectTypeOf(pdm.get('/version')).resolves.toHaveProperty('release')
  })

  test('of a product that is only known at run time, the client has what all of them have', () => {
    const [product = 'pve']: readonly Product[] = ['pbs']
    const client = createClient({ product, transport })
    expectTypeOf(client.request('GET', 'version')).resolves.toBeUnknown()
    expectTypeOf(client.version()).resolves.toHaveProperty('version')
    expectTypeOf(client.session.login()).resolves.toBeVoid()
    expectTypeOf(client).toExtend<AsyncDisposable>()
  })

  test('the newest version of PVE is meant where nothing is said', () => {
    expectTypeOf(createClient({ transport })).toEqualTypeOf<PveClient>()
  })
})
