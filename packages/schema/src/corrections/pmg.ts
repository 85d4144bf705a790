import type { Corrections } from './corrections.js'

export const pmg: Corrections = {
  // pmg-api PMG/API2/AccessControl.pm: get_ticket; PMG/API2/Cluster.pm: update_fingerprints; PMG/API2/MimeTypes.pm
  unlisted: new Set([
    'GET /access/ticket',
    'GET /config/mimetypes',
    'POST /config/cluster/update-fingerprints',
  ]),
  missing: [
    // pmg-api PMG/API2.pm: index. The dump skips the empty path (pve-common PVE/RESTHandler.pm: api_dump_full).
    {
      verb: 'GET',
      path: '/',
      name: 'index',
      permissions: { user: 'all' },
      parameters: { additionalProperties: false, properties: {} },
      returns: {
        type: 'array',
        items: { type: 'object', properties: { subdir: { type: 'string' } } },
        links: [{ rel: 'child', href: '{subdir}' }],
      },
    },
  ],
  // Each hands back what `fork_worker` gave it.
  tasks: new Set([
    // pmg-api PMG/API2/ACME.pm
    'POST /config/acme/account',
    'DELETE /config/acme/account/{name}',
    'PUT /config/acme/account/{name}',
    // pmg-api PMG/API2/Cluster.pm
    'POST /config/cluster/create',
    'POST /config/cluster/join',
    // pmg-api PMG/API2/SACustom.pm
    'PUT /config/customscores',
    // pmg-api PMG/API2/APT.pm
    'POST /nodes/{node}/apt/update',
    // pmg-api PMG/API2/Backup.pm
    'POST /nodes/{node}/backup',
    'POST /nodes/{node}/backup/{filename}',
    // pmg-api PMG/API2/Certificates.pm
    'DELETE /nodes/{node}/certificates/acme/{type}',
    'POST /nodes/{node}/certificates/acme/{type}',
    'PUT /nodes/{node}/certificates/acme/{type}',
    // pmg-api PMG/API2/ClamAV.pm
    'POST /nodes/{node}/clamav/database',
    // pmg-api PMG/API2/Network.pm
    'PUT /nodes/{node}/network',
    // pmg-api PMG/API2/PBS/Job.pm
    'POST /nodes/{node}/pbs/{remote}/snapshot',
    'POST /nodes/{node}/pbs/{remote}/snapshot/{backup-id}/{backup-time}',
    // pmg-api PMG/API2/Services.pm
    'POST /nodes/{node}/services/{service}/reload',
    'POST /nodes/{node}/services/{service}/restart',
    'POST /nodes/{node}/services/{service}/start',
    'POST /nodes/{node}/services/{service}/stop',
    // pmg-api PMG/API2/SpamAssassin.pm
    'POST /nodes/{node}/spamassassin/rules',
  ]),
  // pmg-api PMG/NodeConfig.pm: MAXDOMAINS
  indexRanges: [{ under: '/nodes/{node}/config', highest: { acmedomain: 5 } }],
  // pmg-api PMG/Config.pm: get_max_filters and its neighbours look at the memory of the host
  hostDefaults: new Set(['max_filters', 'max_policy', 'max_smtpd_in', 'max_smtpd_out']),
}
