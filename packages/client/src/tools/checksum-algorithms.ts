/** The checksums that PVE knows, the ones to look for first in front, and how many hexadecimal digits they have. */
// pve-storage PVE/API2/Storage/Status.pm: upload
export const checksumDigits = {
  sha512: 128,
  sha256: 64,
  sha224: 56,
  sha384: 96,
  md5: 32,
  sha1: 40,
} as const

export type ChecksumAlgorithm = keyof typeof checksumDigits

// oxlint-disable-next-line typescript/no-unsafe-type-assertion -- these are its keys
export const checksumAlgorithms = Object.keys(checksumDigits) as readonly ChecksumAlgorithm[]
