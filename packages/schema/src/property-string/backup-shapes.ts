import type { Schema } from '../model.js'

export const BACKUP_SHAPES: Readonly<Record<string, Schema>> = {
  // pve-guest-common VZDump/Common.pm
  'backup-fleecing': {
    type: 'object',
    defaultKey: 'enabled',
    properties: {
      enabled: { type: 'boolean', optional: true, default: false },
      storage: { type: 'string', optional: true, format: 'pve-storage-id' },
    },
  },
  // pve-guest-common VZDump/Common.pm
  'backup-performance': {
    type: 'object',
    properties: {
      'max-workers': { type: 'integer', optional: true, default: 16, minimum: 1, maximum: 256 },
      'pbs-entries-max': { type: 'integer', optional: true, default: 1048576, minimum: 1 },
    },
  },
  // pve-common JSONSchema.pm: $bwlimit_format
  bwlimit: {
    type: 'object',
    properties: {
      clone: { type: 'number', optional: true, minimum: 0 },
      default: { type: 'number', optional: true, minimum: 0 },
      migration: { type: 'number', optional: true, minimum: 0 },
      move: { type: 'number', optional: true, minimum: 0 },
      restore: { type: 'number', optional: true, minimum: 0 },
    },
  },
  // pve-storage Storage/Plugin.pm: $prune_backups_format
  'prune-backups': {
    type: 'object',
    properties: {
      'keep-all': { type: 'boolean', optional: true },
      'keep-daily': { type: 'integer', optional: true, minimum: 0 },
      'keep-hourly': { type: 'integer', optional: true, minimum: 0 },
      'keep-last': { type: 'integer', optional: true, minimum: 0 },
      'keep-monthly': { type: 'integer', optional: true, minimum: 0 },
      'keep-weekly': { type: 'integer', optional: true, minimum: 0 },
      'keep-yearly': { type: 'integer', optional: true, minimum: 0 },
    },
  },
}
