import type { ReadonlySection } from '../guest/config-file.js'
import { readProperties, type Properties } from '../guest/property-string.js'
import { vmOption } from './vm-options.js'

/** Options of the guest agent; empty while it is not enabled. Agent.pm: parse_guest_agent */
export function readAgent(text: string | undefined): Properties {
  const shape = vmOption('agent')?.propertyString
  const agent = text && shape ? readProperties(text, shape) : {}
  return agent.enabled === '1' ? agent : {}
}

export function isAgentEnabled(section: ReadonlySection): boolean {
  return readAgent(section.get('agent')).enabled === '1'
}
