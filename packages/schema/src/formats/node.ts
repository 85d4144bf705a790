import { checkCalendarEvent } from './calendar-event.js'
import { checkCommandBatch } from './command-batch.js'
import { type FormatChecks, matching } from './format-check.js'

// pve-manager
export const NODE_FORMATS: FormatChecks = {
  // API2/Backup.pm
  'pve-day-of-week': matching(
    /^(?:mon|tue|wed|thu|fri|sat|sun)\n?$/,
    (value) => `invalid day '${value}'`,
  ),
  // NodeConfig.pm
  'pve-acme-domain': matching(
    /^[a-z0-9][a-z0-9_-]*(?:\.[a-z0-9][a-z0-9_-]*)+\n?$/iu,
    (value) => `value '${value}' does not look like a valid domain name!`,
  ),
  'pve-acme-alias': matching(
    /^[a-z0-9_][a-z0-9_-]*(?:\.[a-z0-9_][a-z0-9_-]*)+\n?$/iu,
    (value) => `value '${value}' does not look like a valid alias name!`,
  ),
  // Status/Graphite.pm
  'graphite-path': matching(
    /^(?:[a-zA-Z0-9](?:[a-zA-Z0-9-]*[a-zA-Z0-9])?\.)*[a-zA-Z0-9](?:[a-zA-Z0-9-]*[a-zA-Z0-9])?\n?$/,
    'value does not look like a valid graphite path',
  ),
  // API2/Nodes.pm
  'pve-command-batch': checkCommandBatch,
  'pve-calendar-event': checkCalendarEvent,
}
