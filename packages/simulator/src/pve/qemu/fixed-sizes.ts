/** Bytes of a new drive for cloud-init data. Cloudinit.pm: CLOUDINIT_DISK_SIZE */
export const cloudinitSize: number = 4 * 2 ** 20

/** Bytes of a volume for TPM state, whatever was asked for. Drive.pm: TPMSTATE_DISK_SIZE */
export const tpmStateSize: number = 4 * 2 ** 20

/** Bytes of the variable store that an EFI disk of this type starts with. OVMF.pm: get_efivars_size */
export function efiVariablesSize(efitype: string | undefined): number {
  return efitype === '4m' ? 528 * 1024 : 128 * 1024
}
