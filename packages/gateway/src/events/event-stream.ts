import { Readable } from 'node:stream'
import { toRefusal } from '../rest/to-refusal.js'
import { type FollowedLists, type ListName, lists } from './followed-lists.js'

/** The events of lists as a page reads them; rejects where not even the first looks succeed. */
export function eventStream(followed: FollowedLists): Promise<Readable> {
  return new Promise((resolve, reject) => {
    const stream = new Readable({ read() {} })
    const told = new Set<ListName>()
    const leave = followed.add({
      looked(list, changes) {
        // Who does not read is let go, and comes again: then it is told all there is.
        if (stream.readableLength > most) stream.destroy()
        else stream.push(eventText(list, changes))
        if (told.add(list).size === Object.keys(lists).length) resolve(stream)
      },
      ended(reason) {
        const { status, body } = toRefusal(reason)
        stream.push(eventText('end', { status, ...body }))
        stream.push(null)
        reject(reason)
      },
    })
    stream.once('close', leave)
  })
}

/** Bytes that may wait for a reader. */
const most = 8 * 2 ** 20

// https://html.spec.whatwg.org/multipage/server-sent-events.html
const eventText = (name: string, data: object): string =>
  `event: ${name}\ndata: ${JSON.stringify(data)}\n\n`
