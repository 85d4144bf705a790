import { createPrivateKey, X509Certificate } from 'node:crypto'
import type { ConfigTree } from '../../engine/config-tree.js'
import { Fault, failed, faultText, invalidParameters } from '../../engine/fault.js'
import { handle, type Handler } from '../../engine/handle.js'
import type { Cluster } from '../cluster.js'
import { isTrue } from '../config-text.js'
import { readProperties } from '../guest/property-string.js'
import { rootCertificate } from '../root-certificate.js'
import { certificateInfo } from './certificate-info.js'

const path = '/nodes/{node}/certificates'

// pve-manager API2/Certificates.pm: info
const info = handle('GET', `${path}/info`, async ({ cluster, node }) => {
  await rootCertificate(cluster.config)
  return ['pve-root-ca.pem', `nodes/${node}/pve-ssl.pem`, customPath(node, 'pem')].flatMap(
    (file) => {
      const pem = cluster.config.read(file)
      if (pem === undefined) return []
      try {
        return [certificateInfo(pem, file.slice(file.lastIndexOf('/') + 1))]
      } catch {
        // What cannot be read is left out.
        return []
      }
    },
  )
})

// pve-manager API2/Certificates.pm: upload_custom_cert
const upload = handle('POST', `${path}/custom`, ({ params, cluster, node }) => {
  const { config } = cluster
  if (!isTrue(params.key) && !config.has(customPath(node, 'key'))) {
    throw invalidParameters({
      key: 'Attempted to upload custom certificate without (existing) key.',
    })
  }
  const key = isTrue(params.key) ? withoutText(params.key) : undefined
  try {
    return setFiles(config, node, {
      certificate: withoutText(params.certificates),
      key,
      force: isTrue(params.force),
    })
  } catch (error) {
    throw failed(`${faultText(error)}\n`)
  }
})

// pve-manager API2/Certificates.pm: remove_custom_cert
const remove = handle('DELETE', `${path}/custom`, ({ cluster, node }) => {
  removeFiles(cluster.config, node)
})

// pve-manager API2/ACME.pm: new_certificate
const order = handle('POST', `${path}/acme/certificate`, ({ params, cluster, node, startTask }) => {
  if (cluster.config.has(customPath(node, 'pem')) && !isTrue(params.force)) {
    throw invalidParameters({ force: "Custom certificate exists but 'force' is not set." })
  }
  const account = requireAccountName(cluster, node)
  return startTask('acmenewcert', '', (task) => {
    requireAccount(cluster, account)
    task.log('Loading ACME account details', 'Placing ACME order')
    throw failed(noValidation)
  })
})

// pve-manager API2/ACME.pm: renew_certificate
const renew = handle('PUT', `${path}/acme/certificate`, ({ params, cluster, node, startTask }) => {
  const current = cluster.config.read(customPath(node, 'pem'))
  if (current === undefined) {
    throw failed('No current (custom) certificate found, please order a new certificate!')
  }
  const end = Date.parse(new X509Certificate(current).validTo)
  if (end - cluster.clock.now() > 30 * 86_400_000 && !isTrue(params.force)) {
    throw invalidParameters({
      force: "Certificate does not expire within the next 30 days, and 'force' is not set.",
    })
  }
  const account = requireAccountName(cluster, node)
  return startTask('acmerenew', '', (task) => {
    requireAccount(cluster, account)
    task.log('Loading ACME account details', 'Placing ACME order')
    throw failed(noValidation)
  })
})

// pve-manager API2/ACME.pm: revoke_certificate
const revoke = handle('DELETE', `${path}/acme/certificate`, ({ cluster, node, startTask }) => {
  const file = customPath(node, 'pem')
  if (!cluster.config.has(file)) {
    throw failed(`can't open '/etc/pve/${file}' - No such file or directory`)
  }
  const account = requireAccountName(cluster, node)
  return startTask('acmerevoke', '', (task) => {
    requireAccount(cluster, account)
    task.log('Loading ACME account details', 'Revoking old certificate')
    throw failed('Revoke request to CA failed: the certificate is none of its own')
  })
})

export const certificateHandlers: readonly Handler[] = [info, upload, remove, order, renew, revoke]

/** No authority reaches the nodes: it cannot validate that a name is theirs. */
const noValidation =
  "validating challenge 'https://acme-v02.api.letsencrypt.org/acme/authz/1' failed - status: invalid"

function customPath(node: string, extension: 'pem' | 'key'): string {
  return `nodes/${node}/pveproxy-ssl.${extension}`
}

/** pve-manager CertHelpers.pm: set_cert_files */
function setFiles(
  config: ConfigTree,
  node: string,
  given: {
    readonly certificate: string
    readonly key: string | undefined
    readonly force: boolean
  },
): Record<string, unknown> {
  const { certificate, key, force } = given
  const [pemPath, keyPath] = [customPath(node, 'pem'), customPath(node, 'key')]
  if (!force && config.has(pemPath)) {
    throw failed('Custom certificate file exists but force flag is not set.')
  }
  if (!force && config.has(keyPath)) {
    throw failed('Custom certificate key file exists but force flag is not set.')
  }
  const used = key ?? config.read(keyPath) ?? ''
  if (!isPair(certificate, used)) {
    // The copies from which both were brought back stay until it goes well.
    for (const path of [pemPath, keyPath]) {
      const before = config.read(path)
      if (before !== undefined) config.write(`${path}.old`, before)
    }
    throw failed(
      'Setting certificate files failed - key does not match the certificate (chain) ()\n',
    )
  }
  config.write(pemPath, certificate)
  config.write(keyPath, used)
  for (const path of [pemPath, keyPath]) config.remove(`${path}.old`)
  return certificateInfo(certificate, 'pveproxy-ssl.pem')
}

function isPair(certificate: string, key: string): boolean {
  try {
    return new X509Certificate(certificate).checkPrivateKey(createPrivateKey(key))
  } catch {
    return false
  }
}

function removeFiles(config: ConfigTree, node: string): void {
  config.remove(customPath(node, 'pem'))
  config.remove(customPath(node, 'key'))
}

/** pve-common Certificate.pm: strip_leading_text */
function withoutText(pem: string): string {
  return pem.replace(/^[\s\S]*?(?=-----BEGIN )/, '')
}

/** The account of the node's options; throws where these name no domain. pve-manager NodeConfig.pm: get_acme_conf */
function requireAccountName({ config }: Cluster, node: string): string {
  const text = config.read(`nodes/${node}/config`) ?? ''
  const acme = /^acme: *(.*)$/m.exec(text)?.[1] ?? ''
  const { account = 'default', domains = '' } = readProperties(acme, { defaultKey: 'account' })
  if (domains === '' && !/^acmedomain\d: /m.test(text)) {
    throw new Fault(400, 'ACME domain list in node configuration is missing!', { bare: true })
  }
  return account
}

function requireAccount({ config }: Cluster, account: string): void {
  if (!config.has(`priv/acme/${account}`)) {
    throw failed(`ACME account config file '${account}' does not exist.`)
  }
}
