import { randomBytes } from 'node:crypto'
import { encrypt } from 'unixcrypt'

/** Hashes a password as the guest's `/etc/shadow` wants it. pve-common Tools.pm: encrypt_pw */
export function encryptPassword(password: string): string {
  return encrypt(password, `$5$${randomBytes(6).toString('base64').replaceAll('+', '.')}`)
}
