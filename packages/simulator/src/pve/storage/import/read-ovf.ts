import { DOMParser, type Document, type Element } from '@xmldom/xmldom'
import { failed } from '../../../engine/fault.js'
import { controllerBus, nicModels, ostypeOf, resource } from './ovf-tables.js'

/** What a description in the Open Virtualization Format tells of a machine. */
export interface OvfMachine {
  /** Parameters of its creation. */
  readonly options: Readonly<Record<string, string>>
  readonly disks: readonly OvfDisk[]
  readonly net: Readonly<Record<string, { readonly model: string }>>
}

interface OvfDisk {
  /** Drive that it becomes. */
  readonly drive: string
  /** Its name beside the description. */
  readonly file: string
  /** Bytes, where the description says. */
  readonly size: number | undefined
}

const namespaces = {
  ovf: 'http://schemas.dmtf.org/ovf/envelope/1',
  vmw: 'http://www.vmware.com/schema/ovf',
  rasd: 'http://schemas.dmtf.org/wbem/wscim/1/cim-schema/2/CIM_ResourceAllocationSettingData',
} as const

/** Reads a description; throws where it is not one. pve-storage GuestImport/OVF.pm: parse_ovf_do */
export function readOvf(text: string): OvfMachine {
  const envelope = children([parseXml(text)], 'Envelope')
  const system = children(envelope, 'VirtualSystem')
  const hardware = children(system, 'VirtualHardwareSection')
  const items = children(hardware, 'Item')
  const name = textOf(children(system, 'Name')) || (system[0]?.getAttribute('ovf:id') ?? '')
  const firmware = children(hardware, 'Config', 'vmw')
    .filter((config) => config.getAttributeNS(namespaces.vmw, 'key') === 'firmware')
    .map((config) => config.getAttributeNS(namespaces.vmw, 'value') ?? '')
    .join('')
  const ostype = attributes(children(system, 'OperatingSystemSection'), 'id')
  const disks = ofType(items, resource.diskDrive).flatMap(
    (item) => readDisk(item, { envelope, items }) ?? [],
  )
  const nics = ofType(items, resource.ethernetAdapter)
  return {
    options: {
      // A name of ours is that of a host.
      ...(name !== '' && { name: name.replaceAll(/\s+/g, '-').replaceAll(/[^a-zA-Z0-9\-.]/g, '') }),
      cores: quantity(items, resource.processor),
      memory: quantity(items, resource.memory),
      ostype: ostypeOf(ostype),
      ...(firmware === 'efi' && { bios: 'ovmf' }),
      ...(disks.length > 0 && { boot: `order=${disks.map(({ drive }) => drive).join(';')}` }),
    },
    disks,
    net: Object.fromEntries(nics.map((item, index) => [`net${index}`, { model: modelOf(item) }])),
  }
}

function parseXml(text: string): Document {
  try {
    return new DOMParser({ onError: refuse }).parseFromString(text, 'text/xml')
  } catch (error) {
    throw failed(`:1: parser error : ${error instanceof Error ? error.message : String(error)}`)
  }
}

function refuse(_level: string, message: string): never {
  throw new TypeError(message)
}

const uriPart = String.raw`[\p{L}\p{N}\-._~]`
const hostResource = new RegExp(String.raw`^(?:ovf:)?/${uriPart}+/(${uriPart}+)$`, 'u')
const fileReference = new RegExp(`^(?:${uriPart}|/)+$`, 'u')

/** A disk with its file and the place on its controller; undefined where one of them is not told. */
function readDisk(
  item: Element,
  { envelope, items }: { readonly envelope: Element[]; readonly items: readonly Element[] },
): OvfDisk | undefined {
  const diskId = hostResource.exec(valueOf(item, 'HostResource'))?.[1]
  if (diskId === undefined) return undefined
  const disks = withAttribute(children(children(envelope, 'DiskSection'), 'Disk'), 'diskId', diskId)
  const reference = attributes(disks, 'fileRef')
  if (!fileReference.test(reference)) return undefined
  const parent = valueOf(item, 'Parent')
  const controllers = items.filter((other) => valueOf(other, 'InstanceID') === parent)
  const controller = controllers.map((other) => valueOf(other, 'ResourceType')).join('')
  if (controller === '') return undefined
  const files = children(children(envelope, 'References'), 'File')
  const file = attributes(withAttribute(files, 'id', reference), 'href')
  if (file === '') return undefined
  if (!/^[ a-zA-Z0-9\-.+=_]+$/.test(file) || file === '.' || file === '..') {
    throw failed(`referenced path '${file}' is invalid`)
  }
  const unit = /^\s*byte\s*\*\s*(\d+)\s*\^\s*(\d+)\s*$/.exec(
    attributes(disks, 'capacityAllocationUnits'),
  )
  return {
    drive: `${controllerBus[controller] ?? ''}${valueOf(item, 'AddressOnParent')}`,
    file,
    size: unit
      ? Number(attributes(disks, 'capacity')) * Number(unit[1]) ** Number(unit[2])
      : undefined,
  }
}

function modelOf(item: Element): string {
  const model = valueOf(item, 'ResourceSubType').toLowerCase()
  return nicModels.has(model) ? model : 'e1000'
}

function quantity(items: readonly Element[], type: number): string {
  return ofType(items, type)
    .map((item) => valueOf(item, 'VirtualQuantity'))
    .join('')
}

function ofType(items: readonly Element[], type: number): Element[] {
  return items.filter((item) => Number(valueOf(item, 'ResourceType')) === type)
}

function valueOf(item: Element, name: string): string {
  return textOf(children([item], name, 'rasd'))
}

function textOf(elements: readonly Element[]): string {
  return elements.map(({ textContent }) => textContent ?? '').join('')
}

function attributes(elements: readonly Element[], name: string): string {
  return elements.map((element) => element.getAttributeNS(namespaces.ovf, name) ?? '').join('')
}

function withAttribute(elements: readonly Element[], name: string, value: string): Element[] {
  return elements.filter((element) => element.getAttributeNS(namespaces.ovf, name) === value)
}

function children(
  parents: readonly (Element | Document)[],
  name: string,
  prefix: keyof typeof namespaces = 'ovf',
): Element[] {
  return parents.flatMap((parent) =>
    [...parent.childNodes].filter(
      (node): node is Element =>
        node.nodeType === node.ELEMENT_NODE &&
        node.namespaceURI === namespaces[prefix] &&
        node.localName === name,
    ),
  )
}
