import {
  type Definition,
  describeOperation,
  describeParameter,
  explainPermission,
  type Method,
  type Schema,
} from '@proxkit/schema'
import type { OperationTexts } from '@proxkit/schema/cache'
import { type Member, membersOf, shapeOf } from './members.js'

/** An operation with all that is known about it, as it is shown and printed as JSON. */
export interface OperationView {
  readonly verb: string
  readonly path: string
  /** In our words. */
  readonly summary: string | undefined
  /** In the vendor's words, where they were pulled. */
  readonly description: string | undefined
  readonly permission: {
    readonly text: string
    readonly description: string | undefined
    readonly requirement: ReturnType<typeof explainPermission>['requirement']
  }
  /** The parameter that names the node which carries it out. */
  readonly proxyto: string | undefined
  readonly allowtoken: false | undefined
  readonly parameters: readonly MemberView[]
  readonly returns: { readonly description: string | undefined; readonly schema: Schema }
}

export interface MemberView extends Member {
  readonly description: string | undefined
  /** What a property string is made of. */
  readonly keys?: readonly MemberView[]
}

/** Gathers what is known about an operation; what the vendor says goes before our own words on parameters. */
export function viewOperation(
  method: Method,
  { id, texts = {} }: { readonly id: Definition['id']; readonly texts?: OperationTexts },
): OperationView {
  const { verb, path, proxyto, allowtoken, returns } = method
  const { requirement, text } = explainPermission(method)
  const describe = (name: string): string | undefined =>
    texts.parameters?.[name] ?? describeParameter(id, { verb, path, name })
  return {
    verb,
    path,
    summary: describeOperation(id, method),
    description: texts.description,
    permission: { text, description: texts.permissions, requirement },
    proxyto,
    allowtoken,
    parameters: membersOf(method.parameters).map((member) => viewMember(member, describe)),
    returns: { description: texts.returns, schema: returns },
  }
}

function viewMember(member: Member, describe: (name: string) => string | undefined): MemberView {
  const shape = shapeOf(member.schema)
  return {
    ...member,
    description: describe(member.name),
    ...(shape && {
      keys: membersOf(shape).map((key) =>
        viewMember(key, (name) => describe(`${member.name}.${name}`)),
      ),
    }),
  }
}
