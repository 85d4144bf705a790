import type { Schema } from '../model.js'
import { type Names, pascalCase } from './names.js'
import { partProperties, type Properties } from './part-properties.js'
import { docComment, indent } from './type-text.js'
import {
  canonicalParts,
  type Direction,
  memberLine,
  openMember,
  type TypeUse,
} from './value-type.js'

export interface Shape {
  readonly properties: Properties
  readonly direction: Direction
  /** The resource after which the parts of property strings are named. */
  readonly owner?: string
  /** Takes members beside the declared ones. */
  readonly open?: boolean
  /** Tells what a member means. */
  readonly describe?: (name: string) => string | undefined
}

/** Object types under names of their own: equal ones are written once, and their further names are aliases. */
export class Shapes {
  readonly #names: Names
  readonly #nameByBody = new Map<string, string>()
  readonly declarations: string[] = []

  constructor(names: Names) {
    this.#names = names
  }

  /** Declares an object type and gives the name that it can be had by. */
  declare(wanted: string, shape: Shape): string {
    const { properties, open, describe } = shape
    const { single, indexed } = partProperties(properties)
    const parents = Array.from(indexed, ([stem, range]) =>
      this.#declareRange(stem, { ...shape, properties: range }),
    )
    const members = Object.entries(single).flatMap(([name, schema]) => [
      ...docComment(paragraph(describe?.(name))),
      memberLine(name, { schema, use: this.#useIn(shape, name) }),
    ])
    const name = this.#names.take(wanted)
    const body = bodyOf({ parents, lines: [...members, ...(open ? [openMember] : [])] })
    const known = this.#nameByBody.get(body)
    if (known) this.declarations.push(`export type ${name} = ${known}`)
    else this.#add(name, body)
    return name
  }

  /** The names of an indexed parameter, described once for all; whatever takes them extends this. */
  #declareRange(stem: string, shape: Shape): string {
    const { properties, direction, describe } = shape
    const use = this.#useIn(shape, stem)
    const lines = Object.entries(properties).map(([name, schema]) =>
      memberLine(name, { schema, use }),
    )
    const doc = docComment(paragraph(describe?.(`${stem}0`)))
    const body = bodyOf({ parents: [], lines })
    const known = this.#nameByBody.get([...doc, body].join('\n'))
    if (known) return known
    const suffix = direction === 'parameter' ? 'Params' : 'Result'
    const name = this.#names.take(`${pascalCase(stem)}0To${lines.length - 1}${suffix}`)
    this.#add(name, body, doc)
    return name
  }

  #useIn({ direction, owner = '' }: Shape, name: string): TypeUse {
    return {
      direction,
      partsType: (parts) => this.#declareParts(`${owner}${pascalCase(name)}`, parts),
    }
  }

  #declareParts(wanted: string, { properties = {} }: Schema): string {
    const lines = Object.entries(canonicalParts(properties)).map(([name, schema]) =>
      memberLine(name, { schema, use: { direction: 'part' } }),
    )
    const doc = docComment(['The parts of a property string.'])
    const body = bodyOf({ parents: [], lines })
    const known = this.#nameByBody.get([...doc, body].join('\n'))
    if (known) return known
    const name = this.#names.take(wanted)
    this.#add(name, body, doc)
    return name
  }

  #add(name: string, body: string, doc: readonly string[] = []): void {
    this.#nameByBody.set([...doc, body].join('\n'), name)
    this.declarations.push([...doc, `export interface ${name}${body}`].join('\n'))
  }
}

const paragraph = (text: string | undefined): string[] => (text === undefined ? [] : [text])

function bodyOf({
  parents,
  lines,
}: {
  readonly parents: readonly string[]
  readonly lines: readonly string[]
}): string {
  const heritage = parents.length > 0 ? ` extends ${parents.join(', ')}` : ''
  return [`${heritage} {`, ...indent(lines), '}'].join('\n')
}
