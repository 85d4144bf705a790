import { failed } from '../engine/fault.js'

/**
 * Throws when the caller's digest is of another state of the file than the present one.
 *
 * pve-common Tools.pm: assert_if_modified
 */
export function requireDigest(present: string, given: string | undefined): void {
  if (given && given !== present) {
    throw failed('detected modified configuration - file changed by other user? Try again.')
  }
}
