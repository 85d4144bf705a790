/** Parameters of a call by name, to be brought into their final spelling. */
export type Parameters = Record<string, string>

/** The parameters that are there; verification has made text of them. */
export function textParameters(given: Readonly<Record<string, unknown>>): Parameters {
  return Object.fromEntries(
    Object.entries(given).filter(
      (entry): entry is [string, string] => typeof entry[1] === 'string',
    ),
  )
}

/** pve-common CGroup.pm: clamp_cpu_shares */
export function clampCpuUnits(text: string): string {
  return Number(text) >= 10_000 ? '10000' : text
}
