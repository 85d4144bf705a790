/** Whether each line of a file can be one of its kind; called for one line after the other, from the first. */
export type LineRule = () => (line: string) => boolean

const isBlank = (line: string): boolean => /^\s*$/.test(line)
const isComment = (line: string): boolean => /^\s*#/.test(line)

/** `type: id`, and below it indented options. pve-common SectionConfig.pm: parse_config */
export const sectionLines: LineRule = () => sections(/^\S+:\s*\S+\s*$/)

/** An id alone, and below it indented options. pve-guest-common Mapping/PCI.pm: parse_section_header */
export const mappingLines: LineRule = () => sections(/^[^\s:]+\s*$/)

function sections(header: RegExp): (line: string) => boolean {
  let isInside = false
  return (line) => {
    if (isComment(line)) return true
    if (isBlank(line)) {
      isInside = false
      return true
    }
    if (isInside) return /^\s+\S/.test(line)
    isInside = header.test(line)
    return isInside
  }
}

/** `key: value` on each line. pve-cluster DataCenterConfig.pm: parse_datacenter_config */
export const optionLines: LineRule = () => (line) =>
  isBlank(line) || isComment(line) || /^\s*[a-z][\w-]*:/i.test(line)

/** pve-access-control AccessControl.pm: parse_user_config */
export const userLines: LineRule = () => (line) =>
  isBlank(line) || /^\s*(?:user|token|group|role|acl|pool):/.test(line)

/** pve-access-control TokenConfig.pm: parse_token_cfg */
export const tokenLines: LineRule = () => (line) =>
  isBlank(line) || isComment(line) || /^\S+@\S+!\S+ \S+$/.test(line)

/** pve-access-control Auth/PVE.pm: parse_shadow_passwd */
export const shadowLines: LineRule = () => (line) =>
  isBlank(line) || /^\s*[^\s:]+:[^\s:]+:\s*$/.test(line)

const guestOption = /^[a-z][a-z_-]*\d*:/
const guestSection = /^\[(?:pve:pending|special:[a-z]+|[a-z][\w-]+)\]\s*$/i

/** qemu-server QemuServer.pm: parse_vm_config */
export const machineLines: LineRule = () => (line) =>
  isBlank(line) || line.startsWith('#') || guestSection.test(line) || guestOption.test(line)

/** pve-container LXC/Config.pm: parse_pct_config */
export const containerLines: LineRule = () => {
  const isMachineLine = machineLines()
  return (line) => isMachineLine(line) || /^lxc\.[\w.-]+(?::|\s*=)/.test(line)
}

const firewallLine: Readonly<Record<string, RegExp>> = {
  options: /^\w+:\s*\S/,
  aliases: /^\S+\s+\S/,
  ipset: /^!?\s*\S/,
  group: /^\|?(?:IN|OUT|FORWARD|GROUP)\s+\S/i,
  rules: /^\|?(?:IN|OUT|FORWARD|GROUP)\s+\S/i,
}

/** pve-firewall Firewall.pm: generic_fw_config_parser */
export const firewallLines: LineRule = () => {
  let rule: RegExp | undefined
  return (line) => {
    const text = line.trim()
    if (text === '' || text.startsWith('#')) return true
    const section = /^\[(options|aliases|rules|group|ipset)(?:\s+\S+)?\s*\]/i.exec(text)?.[1]
    if (section === undefined) return rule?.test(text) ?? false
    rule = firewallLine[section.toLowerCase()]
    return true
  }
}

/** Nested sections in braces. pve-cluster Corosync.pm: parse_conf */
export const corosyncLines: LineRule = () => {
  let depth = 0
  return (line) => {
    if (isBlank(line) || isComment(line)) return true
    if (/^\s*\w+\s*\{\s*$/.test(line)) depth += 1
    else if (/^\s*\}\s*$/.test(line)) depth -= 1
    else return depth > 0 && /^\s*[\w.]+\s*:/.test(line)
    return depth >= 0
  }
}
