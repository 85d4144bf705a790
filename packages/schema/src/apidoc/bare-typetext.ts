/**
 * Whether the type text of a dump says no more than the other keywords do, or only names the value.
 *
 * What remains is the grammar that the vendor wrote by hand (pve-common JSONSchema.pm:
 * schema_get_type_text).
 */
export function isBareTypetext(
  typetext: string,
  schema: Readonly<Record<string, unknown>>,
): boolean {
  if (typeof schema.format === 'object' || typetext === schema.pattern) return true
  if (typetext === `<${String(schema.format_description)}>`) return true
  if (/^<\w+>(?: \([-\w.]+ - [-\w.]+\))?$/.test(typetext)) return true
  if (typeof schema.format === 'string' && HIDDEN_PROPERTY_STRINGS.has(schema.format)) return true
  return Array.isArray(schema.enum) && typetext === `<${sortedTexts(schema.enum).join(' | ')}>`
}

function sortedTexts(values: readonly unknown[]): string[] {
  return values.map(String).toSorted((a, b) => (a < b ? -1 : 1))
}

/** Registered formats that are property strings: their shape is known, so the text adds nothing. */
const HIDDEN_PROPERTY_STRINGS: ReadonlySet<string> = new Set([
  'backup-fleecing',
  'backup-performance',
  'proxmox-remote',
  'prune-backups',
  'pve-qemu-sev-fmt',
  'pve-qemu-tdx-fmt',
  'pve-qm-boot',
  'pve-qm-cicustom',
  'pve-qm-hostpci',
  'pve-qm-ipconfig',
  'pve-qm-rng',
  'pve-qm-smbios1',
  'pve-qm-watchdog',
  'pve-tfa-config',
  'pve-vm-cpu-conf',
  'realm-sync-options',
])
