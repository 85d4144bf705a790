import { invalidParameters } from '../../engine/fault.js'

/** Throws when anyone but root@pam, tokens included, sets one of these options. */
export function requireRootFor(
  user: string,
  options: Readonly<Record<string, string | undefined>>,
): void {
  if (user === 'root@pam') return
  for (const [name, value] of Object.entries(options)) {
    if (value !== undefined && value !== '0' && value !== '') {
      throw invalidParameters({ [name]: 'Only root may use this option.' })
    }
  }
}
