const variables = ['cluster', 'guestname', 'node', 'vmid'] as const

/** What stands for the variables of a template. */
export type NotesVariables = Readonly<Record<(typeof variables)[number], string>>

/**
 * What is wrong with a template of notes; undefined for a good one.
 *
 * pve-manager VZDump.pm: $verify_notes_template
 */
export function notesTemplateMistake(template: string): string | undefined {
  if (template.includes('\n')) return 'contains a line feed\n'
  const unknown = [
    ...Array.from(template.matchAll(/\\(.)/g), ({ 0: escape, 1: char = '', index }) =>
      /[n\\]/.test(char) ? [] : [`escape sequence '${escape}' at char ${index}`],
    ),
    ...Array.from(template.matchAll(/\{\{([^\s{}]+)\}\}/g), ({ 0: whole, 1: name = '', index }) =>
      // The original counts from behind the braces.
      isVariable(name) ? [] : [`variable '${name}' at char ${index + whole.length - name.length}`],
    ),
  ].flat()
  return unknown.length > 0 ? `found unknown: ${unknown.join(', ')}\n` : undefined
}

/** The notes that a good template makes. VZDump.pm: $generate_notes */
export function fillNotes(template: string, values: NotesVariables): string {
  return template
    .replaceAll(/\\(.)/g, (_, char: string) => (char === 'n' ? '\n' : char))
    .replaceAll(/\{\{(\w+)\}\}/g, (whole, name: string) =>
      isVariable(name) ? values[name] : whole,
    )
}

function isVariable(name: string): name is (typeof variables)[number] {
  return variables.some((known) => known === name)
}
