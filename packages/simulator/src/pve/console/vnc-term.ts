interface VncTerm {
  readonly port: string
  /** ACL path that the ticket is bound to, and the privilege that is asked for on it. */
  readonly path: string
  readonly privilege: 'VM.Console' | 'Sys.Console'
  readonly width?: string
  readonly height?: string
  readonly websocket?: string
}

/** The command line that shows a terminal as a screen, up to what runs at it. */
export function vncTerm(options: VncTerm): string {
  const { port, path, privilege, width, height, websocket } = options
  return [
    `/usr/bin/vncterm -rfbport ${port} -timeout 10 -authpath ${path} -perm ${privilege} -verify-port`,
    ...(width ? [`-width ${width}`] : []),
    ...(height ? [`-height ${height}`] : []),
    ...(websocket === '1' ? ['-notls -listen localhost'] : []),
  ].join(' ')
}
