/** A copy of `/etc/pve` cannot be read or written; the message tells what, where, and what would be right. */
export class EtcPveError extends Error {
  override readonly name = 'EtcPveError'
}
