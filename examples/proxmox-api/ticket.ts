import { ApiError } from '@proxkit/client'
import type { Example } from '../example.js'

/** A ticket for a password, and a new ticket for the old one; a client does both by itself. */
export const ticket: Example = async ({ pve, print }) => {
  const username = 'root@pam'
  const first = await pve.access.ticket.post({ username, password: 'proxkit' })
  print(`ticket of ${first.username}: ${first.ticket?.slice(0, 13)}`)
  const next = await pve.access.ticket.post({ username, password: first.ticket ?? '' })
  print(`renewed: ${next.ticket !== undefined}`)
  try {
    await pve.access.ticket.post({ username, password: 'wrong' })
  } catch (error) {
    if (!(error instanceof ApiError)) throw error
    print(`${error.status} ${error.message}`)
  }
}
