import { ApiError } from '@proxkit/client'
import { isDeepStrictEqual } from 'node:util'

const staleDigest = '0'.repeat(40)
const conflict = 'checksum mismatch (file change by other user?)'

const finish = async (call) => {
  const task = await call
  const { exitstatus } = await task.done({ timeout: 60_000, pollInterval: 20 })
  return exitstatus
}

/** The life of a virtual machine through our own client; resolves to one result per check. */
export async function guestLife(client) {
  const results = []
  const step = async (name, run, wanted = true) => {
    results.push({ name, ...(await outcome(run, wanted)) })
  }

  const [{ node }] = await client.nodes.get()
  const vmid = Number(await client.cluster.nextid.get())
  const guests = client.nodes(node).qemu
  const guest = guests(vmid)

  await step('version', async () => (await client.version.get()).release, '9.2')
  await step('nodes are listed', async () => {
    const nodes = await client.nodes.get()
    return nodes.every(({ type }) => type === 'node')
  })
  await step(
    'a machine with disk and network is created',
    () =>
      finish(
        guests.post({
          vmid,
          name: 'conformance',
          cores: 1,
          memory: '512',
          scsihw: 'virtio-scsi-single',
          scsi0: 'local-lvm:4',
          net0: 'virtio,bridge=vmbr0',
        }),
      ),
    'OK',
  )
  await step(
    'its disk has a volume',
    async () => (await guest.config.get()).scsi0,
    `local-lvm:vm-${vmid}-disk-0,size=4G`,
  )
  await step('its network card has an address', async () =>
    (await guest.config.get()).net0.startsWith('virtio=BC:24:11:'),
  )
  await step('it starts', () => finish(guest.status.start.post()), 'OK')
  await step('it runs', async () => (await guest.status.current.get()).status, 'running')
  const { digest } = await guest.config.get()
  await step(
    'a change with a stale digest is refused',
    () => refusal(guest.config.put({ description: 'no', digest: staleDigest })),
    { status: 500, message: conflict },
  )
  await step(
    'a change with the right digest is made',
    () => guest.config.put({ description: 'yes', digest }),
    null,
  )
  await step(
    'the change is there',
    async () => (await guest.config.get()).description.trim(),
    'yes',
  )
  await step('the digest is another one', async () => (await guest.config.get()).digest !== digest)
  await step('a running machine is not deleted', () => refusal(guest.delete()), {
    status: 500,
    message: `VM ${vmid} is running - destroy failed`,
  })
  await step('it stops', () => finish(guest.status.stop.post()), 'OK')
  await step('it is stopped', async () => (await guest.status.current.get()).status, 'stopped')
  await step('it is deleted', () => finish(guest.delete()), 'OK')
  await step(
    'nothing is left in the resources',
    async () => {
      const resources = await client.cluster.resources.get()
      return resources.filter((resource) => resource.vmid === vmid)
    },
    [],
  )
  await step(
    'nothing is left on the storage',
    () => client.nodes(node).storage('local-lvm').content.get({ vmid }),
    [],
  )
  return results
}

async function outcome(run, wanted) {
  try {
    const found = await run()
    if (isDeepStrictEqual(found, wanted)) return { passed: true }
    const detail = `found ${JSON.stringify(found)}, not ${JSON.stringify(wanted)}`
    return { passed: false, detail }
  } catch (error) {
    return { passed: false, detail: String(error) }
  }
}

async function refusal(call) {
  try {
    return { answer: await call }
  } catch (error) {
    if (error instanceof ApiError) return { status: error.status, message: error.message }
    throw error
  }
}
