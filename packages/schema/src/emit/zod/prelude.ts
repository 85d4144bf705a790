/** What the schemas of a module are made of; printed at its top. */
export const prelude: string = String.raw`import * as z from 'zod'

type Members = Readonly<Record<string, unknown>>

/** A text, or a number that is written as such a text. */
const text = <T extends z.ZodType<string>>(schema: T) =>
  z.union([schema, z.number().refine((value) => schema.safeParse(String(value)).success)])

/** A text of so many characters, not UTF-16 units. */
const sized = (least: number, most = Infinity) =>
  z.string().refine(
    (value) => {
      const { length } = Array.from(value)
      return length >= least && length <= most
    },
    { error: most === Infinity ? 'Too short' : 'Too short or too long' },
  )

const whole = z.number().refine(Number.isInteger, { error: 'Expected an integer' })

/** An integer, or its text. */
const integer = <T extends z.ZodType<number>>(schema: T) => z.union([schema, digits(schema, /^[+-]?\d+\n?$/)])

/** A number, or its text. */
const number = <T extends z.ZodType<number>>(schema: T) =>
  z.union([schema, digits(schema, /^[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?\n?$/)])

const digits = (schema: z.ZodType<number>, form: RegExp) =>
  z.string().regex(form).refine((value) => schema.safeParse(Number(value)).success, { error: 'Out of bounds' })

const flag = z.union([z.boolean(), z.literal([0, 1, '0', '1'])])

/** A list, or one item of it. */
const list = <T extends z.ZodType>(item: T) => z.union([z.array(item), item])

/** Items in a text, or as a list. */
const items = <T extends z.ZodType>(schema: T) => z.union([schema, z.array(z.unknown())])

/** A member that needs another one. */
const requires = (name: string, needed: string) => (value: Members, context: z.RefinementCtx) => {
  if (value[name] !== undefined && (value[needed] ?? null) === null) {
    context.addIssue({ code: 'custom', path: [needed], message: 'needed by ' + name })
  }
}

/** A member that has to fit a schema where the object is of certain types. */
const ofType =
  (name: string, property: string, types: readonly string[], schema: z.ZodType) =>
  (value: Members, context: z.RefinementCtx) => {
    if (!types.includes(String(value[property]))) return
    for (const { message, path } of schema.safeParse(value[name]).error?.issues ?? []) {
      context.addIssue({ code: 'custom', path: [name, ...path], message })
    }
  }`
