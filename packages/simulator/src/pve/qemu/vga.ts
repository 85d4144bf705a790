import { failed } from '../../engine/fault.js'
import { readProperties, type Properties } from '../guest/property-string.js'
import { vmOption } from './vm-options.js'

/** The display; undefined when the configuration names none. QemuServer.pm: parse_vga */
export function readVga(text: string | undefined): Properties | undefined {
  const shape = vmOption('vga')?.propertyString
  return text && shape ? readProperties(text, shape) : undefined
}

/** QemuServer.pm: assert_clipboard_config */
export function requireClipboardSupport(vga: Readonly<Properties> | undefined): void {
  if (vga?.clipboard === 'vnc' && vga.type && !/^(?:std|cirrus|vmware|virtio|qxl)/.test(vga.type)) {
    throw failed(`vga type ${vga.type} is not compatible with VNC clipboard`)
  }
}
