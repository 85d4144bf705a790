import { clusterView } from './cluster-view.js'
import { byId, setText } from './elements.js'
import { followCluster } from './follow-cluster.js'
import { nameOf, type SwitchPower } from './guest-row.js'
import {
  call,
  currentUser,
  logIn,
  logOut,
  onLoginElsewhere,
  Refused,
  renewLogin,
} from './session.js'

const form = byId('login', HTMLFormElement)
const username = byId('username', HTMLInputElement)
const password = byId('password', HTMLInputElement)
const loginRefusal = byId('login-refusal', HTMLParagraphElement)
const cluster = byId('cluster', HTMLDivElement)
const connection = byId('connection', HTMLParagraphElement)
const refusal = byId('refusal', HTMLParagraphElement)

const switchPower: SwitchPower = async ({ node = '', type, vmid, ...guest }, power) => {
  setText(refusal, '')
  try {
    await call('POST', `/nodes/${encodeURIComponent(node)}/${type}/${vmid}/status/${power}?wait=60`)
  } catch (error) {
    setText(
      refusal,
      `cannot ${power} ${nameOf({ ...guest, type, ...(vmid !== undefined && { vmid }) })}: ${textOf(error)}`,
    )
  }
}
const show = clusterView(switchPower)

let following: AbortController | undefined

/** Shows what a visitor may see now: the cluster, or the way to it. */
function arrange(): void {
  const user = currentUser()
  following?.abort()
  form.hidden = user !== undefined
  cluster.hidden = user === undefined
  setText(byId('user', HTMLElement), user ?? '')
  // A page that nobody looks at asks for nothing.
  if (user === undefined || document.hidden) return
  following = new AbortController()
  void follow(following.signal)
}

async function follow(signal: AbortSignal): Promise<void> {
  while (!signal.aborted) {
    try {
      await renewLogin()
      await followCluster((state) => {
        setText(connection, 'Live')
        connection.dataset.state = 'live'
        show(state)
      }, signal)
    } catch (error) {
      if (signal.aborted) return
      connection.dataset.state = 'lost'
      setText(connection, `Not connected: ${textOf(error)}. Trying again …`)
      if (error instanceof Refused && error.status === 401) {
        leave(`The login has ended: ${error.message}`)
        return
      }
    }
    await pause(3000)
  }
}

function leave(reason: string): void {
  logOut()
  setText(loginRefusal, reason)
  arrange()
}

const pause = (milliseconds: number): Promise<void> =>
  new Promise((resolve) => {
    setTimeout(resolve, milliseconds)
  })

const textOf = (error: unknown): string => (error instanceof Error ? error.message : String(error))

async function enter(): Promise<void> {
  setText(loginRefusal, '')
  try {
    await logIn(username.value, password.value)
    password.value = ''
    arrange()
  } catch (error) {
    setText(loginRefusal, textOf(error))
    password.select()
  }
}

form.addEventListener('submit', (event) => {
  event.preventDefault()
  void enter()
})
byId('log-out', HTMLButtonElement).addEventListener('click', () => {
  leave('')
  password.focus()
})
document.addEventListener('visibilitychange', arrange)
onLoginElsewhere(arrange)
arrange()
if (!form.hidden) password.focus()
