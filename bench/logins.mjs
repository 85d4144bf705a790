/** A ticket of a user, in the form of the header field that carries it. */
export async function ticketHeaders(url, { user, password }) {
  const answer = await fetch(`${url}/api2/json/access/ticket`, {
    method: 'POST',
    body: new URLSearchParams({ username: user, password }),
  })
  if (!answer.ok) throw new Error(`login of ${user}: ${answer.status} ${answer.statusText}`)
  const { data } = await answer.json()
  return { Cookie: `PVEAuthCookie=${encodeURIComponent(data.ticket)}` }
}
