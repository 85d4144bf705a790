import type { FormatChecks } from './format-check.js'

const NOT_PEM = 'not a valid PEM-formatted string.\n'

// pve-common Certificate.pm: check_pem
export const PEM_FORMATS: FormatChecks = {
  'pem-certificate': (value) => {
    const rest = readBlock(withoutLeadingText(value), 'CERTIFICATE')
    return rest === '' ? undefined : NOT_PEM
  },
  'pem-certificate-chain': (value) => {
    let rest: string | undefined = withoutLeadingText(value)
    do rest = readBlock(rest, 'CERTIFICATE')
    while (rest !== undefined && rest !== '')
    return rest === '' ? undefined : NOT_PEM
  },
  'pem-string': (value) => {
    const rest = readBlock(withoutLeadingText(value))
    return rest === '' ? undefined : NOT_PEM
  },
}

function withoutLeadingText(value: string): string {
  const start = value.search(/-----BEGIN [^\n]*?-----/)
  return start < 0 ? value : value.slice(start)
}

/**
 * Reads one block and the blanks behind it; what remains is the answer.
 *
 * The parts are looked for one by one, since the original's pattern takes exponential time on text
 * that almost fits.
 */
function readBlock(text: string, label?: string): string | undefined {
  if (!text.startsWith('-----BEGIN ')) return undefined
  const header = readLabel(text, '-----BEGIN '.length, label)
  if (header === undefined) return undefined
  const end = text.indexOf('-', header.end)
  if (end < 0 || !text.startsWith('-----END ', end)) return undefined
  if (!isBody(text.slice(header.end, end))) return undefined
  const footer = readLabel(text, end + '-----END '.length, label)
  if (footer === undefined) return undefined
  const rest = text.slice(footer.end)
  const blanks = /^\p{White_Space}*/u.exec(rest)?.[0] ?? ''
  // Another block has to begin on a line of its own.
  return rest === blanks || blanks.endsWith('\n') ? rest.slice(blanks.length) : undefined
}

/** A given label, or else anything up to the last dashes of the line. */
function readLabel(text: string, start: number, label?: string): { end: number } | undefined {
  if (label !== undefined) {
    return text.startsWith(`${label}-----`, start) ? { end: start + label.length + 5 } : undefined
  }
  const newline = text.indexOf('\n', start)
  const dashes = text.slice(start, newline < 0 ? undefined : newline).lastIndexOf('-----')
  return dashes < 0 ? undefined : { end: start + dashes + 5 }
}

/** Lines of base64; the last one may end in padding. */
function isBody(text: string): boolean {
  if (!text.endsWith('\n')) return false
  const content = text.replace(/^\p{White_Space}+/u, '')
  if (/(?!\n)\p{White_Space}[0-9A-Za-z+/=]/u.test(content)) return false
  const lines = /^(?:[0-9A-Za-z+/]+\p{White_Space}+)*/u.exec(content)?.[0] ?? ''
  const end = content.slice(lines.length)
  return end === '' || /^[0-9A-Za-z+/]*(?:=\p{White_Space}*\n=|={1,2})\p{White_Space}+$/u.test(end)
}
