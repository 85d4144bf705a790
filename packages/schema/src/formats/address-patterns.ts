// pve-common ParseUtils.pm: $IPV4RE, $IPV6RE
const OCTET = '(?:25[0-5]|(?:2[0-4]|1[0-9]|[1-9])?[0-9])'
const GROUP = '[0-9a-fA-F]{1,4}'

/** Source of a pattern for a dotted quad without leading zeros. */
export const IPV4: string = String.raw`(?:(?:${OCTET}\.){3}${OCTET})`

const LAST_GROUPS = `(?:${IPV4}|${GROUP}:${GROUP})`

/** Source of a pattern for the text forms of RFC 4291, without a zone. */
export const IPV6: string = `(?:${[
  `(?:${GROUP}:){6}${LAST_GROUPS}`,
  `::(?:${GROUP}:){5}${LAST_GROUPS}`,
  `(?:${GROUP})?::(?:${GROUP}:){4}${LAST_GROUPS}`,
  `(?:(?:${GROUP}:){0,1}${GROUP})?::(?:${GROUP}:){3}${LAST_GROUPS}`,
  `(?:(?:${GROUP}:){0,2}${GROUP})?::(?:${GROUP}:){2}${LAST_GROUPS}`,
  `(?:(?:${GROUP}:){0,3}${GROUP})?::${GROUP}:${LAST_GROUPS}`,
  `(?:(?:${GROUP}:){0,4}${GROUP})?::${LAST_GROUPS}`,
  `(?:(?:${GROUP}:){0,5}${GROUP})?::${GROUP}`,
  `(?:(?:${GROUP}:){0,6}${GROUP})?::`,
].join('|')})`
