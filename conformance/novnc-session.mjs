import { createClient } from '@proxkit/client'
import { once } from 'node:events'
import { Window } from 'happy-dom'
import { WebSocket } from 'ws'

const { URL: url, TOKEN: token, FINGERPRINT: fingerprint } = process.env
/** What was put on the canvas, by its place: noVNC puts one row of pixels at a time. */
const rows = new Map()
const results = []

browser()
const { default: RFB } = await import('@novnc/novnc')
const pve = createClient({ url, auth: { token }, tls: { fingerprint } })
const guest = (await pve.cluster.resources({ type: 'vm' })).find(
  ({ type, status }) => type === 'qemu' && status === 'running',
)
const machine = pve.nodes(guest.node).qemu(guest.vmid)

const wrong = await look('12345678')
const [refusal] = await once(wrong, 'securityfailure')
check('is refused with a wrong password', refusal.detail, {
  status: 1,
  reason: 'Authentication failed',
})

const right = await look()
const named = once(right, 'desktopname')
await once(right, 'connect')
check('is let in, and told the name', (await named)[0].detail.name, `QEMU (${guest.name})`)
await until(() => rows.has(399))
check('draws the frame', pixel(0, 0), [229, 112, 0])
check(
  'draws the bars',
  [pixel(20, 20), pixel(108, 20), pixel(640, 20)],
  [
    [255, 255, 255],
    [255, 255, 0],
    [0, 0, 0],
  ],
)
check('shows no key before one is pressed', pixel(20, 304), [16, 16, 32])
rows.clear()
right.sendKey(0x61, 'KeyA')
await until(() => rows.has(399))
check('shows a key that is pressed', pixel(20, 304), [255, 255, 0x61])
const left = once(right, 'disconnect')
right.disconnect()
await left

await pve.close()
console.log(JSON.stringify(results))
process.exit()

/** Opens the screen as the web interface does; noVNC takes a socket that is open already in place of its URL. */
async function look(password) {
  const { port, ticket, password: own } = await machine.vncproxy.post({ websocket: true })
  const query = new URLSearchParams({ port, vncticket: ticket })
  const path = `/api2/json/nodes/${guest.node}/qemu/${guest.vmid}/vncwebsocket?${query}`
  const socket = new WebSocket(`${url.replace('http', 'ws')}${path}`, 'binary', {
    headers: { authorization: `PVEAPIToken=${token}` },
    rejectUnauthorized: false,
  })
  const target = document.createElement('div')
  document.body.append(target)
  return emitter(new RFB(target, socket, { credentials: { password: password ?? own } }))
}

/** `once` takes targets of Node.js; noVNC has events of its own. */
function emitter(rfb) {
  rfb.on = (name, listener) => rfb.addEventListener(name, listener)
  rfb.once = (name, listener) => rfb.addEventListener(name, listener, { once: true })
  rfb.removeListener = (name, listener) => rfb.removeEventListener(name, listener)
  return rfb
}

async function until(condition) {
  while (!condition()) await new Promise((resolve) => setTimeout(resolve, 20))
}

function pixel(x, y) {
  const row = rows.get(y)
  return row && Array.from(row.subarray(4 * x, 4 * x + 3))
}

function check(name, found, expected) {
  const [text, wanted] = [JSON.stringify(found), JSON.stringify(expected)]
  results.push({ name, passed: text === wanted, detail: `found ${text}, expected ${wanted}` })
}

/** As much of a browser as noVNC asks for, and a canvas that remembers. */
function browser() {
  const window = new Window()
  const names =
    'document navigator HTMLElement HTMLCanvasElement Element Event CustomEvent EventTarget Node ' +
    'MutationObserver ResizeObserver requestAnimationFrame cancelAnimationFrame getComputedStyle matchMedia ' +
    'localStorage Image devicePixelRatio'
  const globals = Object.fromEntries(names.split(' ').map((name) => [name, window[name]]))
  for (const [name, value] of Object.entries({
    ...globals,
    window,
    WebSocket,
    ImageData: Pixels,
  })) {
    Object.defineProperty(globalThis, name, { value, configurable: true, writable: true })
  }
  const context = new Proxy(
    {},
    {
      set: () => true,
      get: (_, name) => {
        if (name === 'putImageData') return ({ data }, x, y) => x === 0 && rows.set(y, data)
        if (name === 'getImageData') return (x, y, width, height) => new Pixels(width, height)
        if (name === 'createImageData') return (width, height) => new Pixels(width, height)
        return () => {}
      },
    },
  )
  window.HTMLCanvasElement.prototype.getContext = () => context
  window.HTMLCanvasElement.prototype.toDataURL = () => 'data:image/png;base64,'
}

function Pixels(first, second, third) {
  const isData = typeof first === 'object'
  this.data = isData ? first : new Uint8ClampedArray(first * second * 4)
  this.width = isData ? second : first
  this.height = isData ? third : second
}
