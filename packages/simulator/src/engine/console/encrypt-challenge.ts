import { createCipheriv } from 'node:crypto'

/** RFC 6143, 7.2.2: DES with the password as key, the bits of each byte in reverse. */
export function encryptChallenge(password: string, challenge: Buffer): Buffer {
  const key = Buffer.alloc(8)
  key.write(password, 'latin1')
  for (const [index, byte] of key.entries()) key[index] = reverseBits(byte)
  // OpenSSL 3 has single DES no more; three times with the same key it is the same.
  const cipher = createCipheriv('des-ede3-ecb', Buffer.concat([key, key, key]), null)
  return Buffer.concat([cipher.setAutoPadding(false).update(challenge), cipher.final()])
}

function reverseBits(byte: number): number {
  let reversed = 0
  for (let bit = 0; bit < 8; bit += 1) reversed |= ((byte >> bit) & 1) << (7 - bit)
  return reversed
}
