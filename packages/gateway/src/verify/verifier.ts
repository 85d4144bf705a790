import { type Method, verifyParameters } from '@proxkit/schema'

/** What becomes of what the definition does not know, as of a newer server. */
export type UnknownRule = 'refuse' | 'pass'

/** Something that passed though the definition does not know it. */
export interface Unknown {
  readonly kind: 'operation' | 'parameter'
  /** Verb and path, or verb and path template. */
  readonly operation: string
  /** Of parameters. */
  readonly names?: readonly string[]
}

export interface VerifierOptions {
  readonly unknown: UnknownRule
  readonly report: (unknown: Unknown) => void
}

/** What is wrong with a call, in the words of the server. */
export interface Flaws {
  readonly message: string
  readonly errors: Readonly<Record<string, string>>
}

/** Holds calls against the definition before the cluster sees them. */
export interface Verifier {
  /**
   * What is wrong with the parameters of a call. `isJudged`: a policy has looked at it, which can tell nothing of what
   * the definition does not know.
   */
  flaws(method: Method, params: object, call: { readonly isJudged: boolean }): Flaws | undefined
  /** Whether an operation that the definition does not know may pass. */
  letsPass(operation: string): boolean
}

export function createVerifier({ unknown, report }: VerifierOptions): Verifier {
  return {
    flaws(method, params, { isJudged }) {
      const verified = verifyParameters(method.parameters, { ...params })
      if (verified.ok) return undefined
      const { message } = verified
      if (unknown === 'refuse' || isJudged) return { message, errors: verified.errors }
      const [flawed, names] = parted(verified.errors)
      if (Object.keys(flawed).length > 0) return { message, errors: flawed }
      report({ kind: 'parameter', operation: `${method.verb} ${method.path}`, names })
      return undefined
    },
    letsPass(operation) {
      if (unknown === 'refuse') return false
      report({ kind: 'operation', operation })
      return true
    },
  }
}

/** Parts errors about values from those about names that the definition does not have. */
function parted(
  errors: Readonly<Record<string, string>>,
): readonly [Readonly<Record<string, string>>, readonly string[]] {
  const entries = Object.entries(errors)
  return [
    Object.fromEntries(entries.filter(([, text]) => !isOfName(text))),
    entries.flatMap(([name, text]) => (isOfName(text) ? [name] : [])),
  ]
}

// pve-common JSONSchema.pm: check_object, and parse_property_string with a line for each part
const isOfName = (text: string): boolean =>
  text
    .trimEnd()
    .replace(/^invalid format - format error\n/, '')
    .split('\n')
    .every((line) => line.endsWith(unknownName))

const unknownName =
  'property is not defined in schema and the schema does not allow additional properties'
