import type { Requirement } from './requirement.js'

/** A requirement as a phrase to read. */
export function requirementText(requirement: Requirement): string {
  switch (requirement.needs) {
    case 'nothing':
      return 'no login'
    case 'login':
      return 'any login'
    case 'root':
      return 'root@pam'
    case 'privileges': {
      const { path, privileges, match } = requirement
      return `${inWords(privileges, match === 'all' ? 'and' : 'or')} on ${path}`
    }
    case 'group':
      return `${inWords(requirement.privileges, 'or')} on a group of ${requirement.userid}`
    case 'user':
      return `to be ${requirement.userid}`
    case 'role':
      return `the role ${inWords(requirement.roles, 'or')}`
    case 'parameter':
      return `the parameter ${requirement.name}`
    case 'all':
      return requirement.of.map(operandText).join(', and ')
    case 'any':
      return requirement.of.map(operandText).join(', or ')
    default:
      return requirement satisfies never
  }
}

function operandText(requirement: Requirement): string {
  const text = requirementText(requirement)
  return requirement.needs === 'all' || requirement.needs === 'any' ? `(${text})` : text
}

/** The vendor names a privilege twice now and then. */
function inWords(all: readonly string[], last: 'and' | 'or'): string {
  const names = [...new Set(all)]
  return names.length < 2
    ? names.join('')
    : `${names.slice(0, -1).join(', ')} ${last} ${names.at(-1)}`
}
