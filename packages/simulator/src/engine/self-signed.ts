import {
  ASN1BitString,
  ASN1Boolean,
  ASN1Class,
  ASN1EncodableSequence,
  ASN1EncodableSet,
  ASN1Form,
  ASN1Integer,
  ASN1ObjectIdentifier,
  ASN1OctetString,
  ASN1UTCTime,
  ASN1UTF8String,
  ASN1Value,
  encodeASN1,
  encodeObjectIdentifier,
  parseASN1NoLeftoverBytes,
  type ASN1Encodable,
} from '@oslojs/asn1'
import { createHash, randomBytes, sign, type KeyObject } from 'node:crypto'

export interface SelfSignedOptions {
  /** An EC pair on P-256. */
  readonly publicKey: KeyObject
  readonly privateKey: KeyObject
  readonly commonName: string
  /** What it stands for. */
  readonly hostNames: readonly string[]
  readonly addresses: readonly string[]
  /** Not after 2049, as two digits tell the year. */
  readonly from: Date
  readonly to: Date
}

/** A certificate of a server that is its own authority, in DER (RFC 5280). */
export function selfSigned(options: SelfSignedOptions): Uint8Array {
  const { publicKey, privateKey, commonName } = options
  const key = publicKey.export({ type: 'spki', format: 'der' })
  const algorithm = sequence(objectId('1.2.840.10045.4.3.2')) // ecdsa-with-SHA256
  const name = sequence(
    new ASN1EncodableSet([sequence(objectId('2.5.4.3'), new ASN1UTF8String(bytes(commonName)))]),
  )
  const body = sequence(
    tagged(0, new ASN1Integer(2n)), // version 3
    new ASN1Integer(BigInt(`0x${randomBytes(16).toString('hex')}`)),
    algorithm,
    name,
    sequence(time(options.from), time(options.to)),
    name,
    parseASN1NoLeftoverBytes(key),
    tagged(3, extensions(key, options)),
  )
  const signature = sign('sha256', encodeASN1(body), privateKey)
  return encodeASN1(sequence(body, algorithm, bits(signature)))
}

/** What strict clients want to see of an authority, and what all want to see of a server. */
function extensions(
  key: Uint8Array,
  { hostNames, addresses }: Pick<SelfSignedOptions, 'hostNames' | 'addresses'>,
): ASN1Encodable {
  const keyId = createHash('sha256').update(key).digest().subarray(0, 20)
  return sequence(
    extension('2.5.29.19', sequence(new ASN1Boolean(true)), { critical: true }), // basicConstraints: CA
    // keyUsage: digitalSignature, keyCertSign
    extension('2.5.29.15', new ASN1BitString(Uint8Array.of(0b1000_0100), 6), { critical: true }),
    extension('2.5.29.37', sequence(objectId('1.3.6.1.5.5.7.3.1'))), // extKeyUsage: serverAuth
    extension('2.5.29.14', new ASN1OctetString(keyId)), // subjectKeyIdentifier
    // subjectAltName: dNSName, iPAddress
    extension(
      '2.5.29.17',
      sequence(
        ...hostNames.map((name) => alternative(2, bytes(name))),
        ...addresses.map((address) => alternative(7, addressBytes(address))),
      ),
    ),
  )
}

function extension(
  id: string,
  value: ASN1Encodable,
  { critical = false }: { readonly critical?: boolean } = {},
): ASN1Encodable {
  const flag = critical ? [new ASN1Boolean(true)] : []
  return sequence(objectId(id), ...flag, new ASN1OctetString(encodeASN1(value)))
}

function alternative(tag: number, value: Uint8Array): ASN1Encodable {
  return new ASN1Value(ASN1Class.ContextSpecific, ASN1Form.Primitive, tag, value)
}

function addressBytes(address: string): Uint8Array {
  if (!address.includes(':')) return Uint8Array.from(address.split('.'), Number)
  // The parser of URLs brings each way of writing an address into one.
  const [head = '', tail = ''] = new URL(`http://[${address}]`).hostname.slice(1, -1).split('::')
  const [first, last] = [groupsOf(head), groupsOf(tail)]
  return Buffer.from(first.padEnd(32 - last.length, '0') + last, 'hex')
}

/** Four hexadecimal digits for each group of an IPv6 address. */
function groupsOf(text: string): string {
  return text.replaceAll(/[^:]+:?/g, (group) => group.replace(':', '').padStart(4, '0'))
}

function time(date: Date): ASN1Encodable {
  return new ASN1UTCTime(
    date.getUTCFullYear() % 100,
    date.getUTCMonth() + 1,
    date.getUTCDate(),
    date.getUTCHours(),
    date.getUTCMinutes(),
    date.getUTCSeconds(),
  )
}

function sequence(...elements: readonly ASN1Encodable[]): ASN1Encodable {
  return new ASN1EncodableSequence([...elements])
}

function tagged(tag: number, value: ASN1Encodable): ASN1Encodable {
  return new ASN1Value(ASN1Class.ContextSpecific, ASN1Form.Constructed, tag, encodeASN1(value))
}

function objectId(id: string): ASN1Encodable {
  return new ASN1ObjectIdentifier(encodeObjectIdentifier(id))
}

function bits(value: Uint8Array): ASN1Encodable {
  return new ASN1BitString(value, value.length * 8)
}

function bytes(text: string): Uint8Array {
  return Buffer.from(text)
}
