import { type Names, pascalCase } from './names.js'
import { partProperties, type Properties } from './part-properties.js'
import { docComment, indent } from './type-text.js'
import { type Direction, memberLine, openMember, type TypeWriting } from './value-type.js'

export interface Shape {
  readonly properties: Properties
  readonly direction: Direction
  /** Takes members beside the declared ones. */
  readonly open?: boolean
  /** Property strings may be given as objects. */
  readonly objectForms?: boolean
  /** Tells what a member means. */
  readonly describe?: ((name: string) => string | undefined) | undefined
}

/** Object types under names of their own: equal ones are written once, and their further names are aliases. */
export class Shapes {
  readonly #names: Names
  readonly #nameByBody = new Map<string, string>()
  readonly #nameByDeclaration = new Map<string, string>()
  readonly declarations: string[] = []

  constructor(names: Names) {
    this.#names = names
  }

  /** Declares an object type and gives the name that it can be had by. */
  declare(wanted: string, shape: Shape): string {
    const { single, indexed } = partProperties(shape.properties)
    const parents = Array.from(indexed, ([stem, range]) =>
      this.#declareRange(stem, { ...shape, properties: range }),
    )
    const members = this.#documentedMembers({ ...shape, properties: single })
    const name = this.#names.take(wanted)
    const body = bodyOf({ parents, lines: [...members, ...(shape.open ? [openMember] : [])] })
    const known = this.#nameByBody.get(body)
    if (known) {
      this.declarations.push(`export type ${name} = ${known}`)
    } else {
      this.#nameByBody.set(body, name)
      this.declarations.push(`export interface ${name}${body}`)
    }
    return name
  }

  #documentedMembers(shape: Shape): string[] {
    return Object.entries(shape.properties).flatMap(([name, schema]) => [
      ...docComment(paragraph(shape.describe?.(name))),
      memberLine(name, { ...this.#writing(name, shape), schema }),
    ])
  }

  /** The names of an indexed parameter, described once for all; whatever takes them extends this. */
  #declareRange(stem: string, shape: Shape): string {
    const members = Object.entries(shape.properties)
    const lines = members.map(([name, schema]) =>
      memberLine(name, { ...this.#writing(name, shape), schema }),
    )
    const suffix = shape.direction === 'parameter' ? 'Params' : 'Result'
    return this.#declareOnce(`${pascalCase(stem)}0To${lines.length - 1}${suffix}`, {
      doc: docComment(paragraph(shape.describe?.(`${stem}0`))),
      body: bodyOf({ parents: [], lines }),
    })
  }

  #writing(name: string, { direction, describe, objectForms }: Shape): TypeWriting {
    if (!objectForms) return { direction }
    return {
      direction,
      objectForm: ({ properties = {} }) => this.#declareObjectForm(name, { properties, describe }),
    }
  }

  /** The keys of a property string, but for those that are other names of one. */
  #declareObjectForm(
    name: string,
    { properties, describe }: Pick<Shape, 'properties' | 'describe'>,
  ): string {
    const keys = Object.entries(properties).filter(([, { alias }]) => alias === undefined)
    const lines = this.#documentedMembers({
      properties: Object.fromEntries(keys),
      direction: 'parameter',
      describe: (key) => describe?.(`${name}.${key}`),
    })
    return this.#declareOnce(`${pascalCase(name.replace(/\d+$/, ''))}Properties`, {
      doc: [],
      body: bodyOf({ parents: [], lines }),
    })
  }

  #declareOnce(
    wanted: string,
    { doc, body }: { readonly doc: readonly string[]; readonly body: string },
  ): string {
    const key = [wanted, ...doc, body].join('\n')
    const known = this.#nameByDeclaration.get(key)
    if (known) return known
    const name = this.#names.take(wanted)
    this.#nameByDeclaration.set(key, name)
    this.declarations.push([...doc, `export interface ${name}${body}`].join('\n'))
    return name
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
