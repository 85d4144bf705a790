import { failed } from '../../engine/fault.js'

/** Throws unless every line of percent-encoded text is a public key. pve-common Tools.pm: validate_ssh_public_keys */
export function requireSshKeys(encoded: string | undefined): void {
  if (encoded === undefined) return
  for (const line of decode(encoded).split('\n')) {
    if (line.trim() !== '' && !isPublicKey(line)) throw failed('SSH public key validation error')
  }
}

/** The keys of percent-encoded text, one a line; undefined when there is no such text. */
export function readSshKeys(encoded: string | undefined): string[] | undefined {
  return encoded === undefined
    ? undefined
    : decode(encoded)
        .split('\n')
        .filter((line) => line.trim() !== '')
}

function isPublicKey(line: string): boolean {
  const [, type = '', data = ''] =
    /(?:^|\s)((?:ssh|ecdsa|sk)-[a-z0-9@.-]+)\s+([A-Za-z0-9+/]+=*)(?:\s|$)/.exec(line) ?? []
  const blob = Buffer.from(data, 'base64')
  // A key begins with its own type, after the length of that.
  return blob.length > 4 + type.length && blob.subarray(4, 4 + type.length).toString() === type
}

function decode(text: string): string {
  return text.replaceAll(/%([0-9a-f]{2})/gi, (_, hex: string) =>
    String.fromCharCode(Number.parseInt(hex, 16)),
  )
}
