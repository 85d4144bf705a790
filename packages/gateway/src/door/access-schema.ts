import { z } from 'zod'
import { type Access, signatureAlgorithms } from './access.js'

const name = z.string().regex(/^[\w.@-]+$/, 'a name has letters, digits and . _ @ - only')

/** `GET,PUT /nodes/*\/qemu/**`: verbs, where not all will do, and a path in which `*` is any part and `**` all the rest. */
const calls = z
  .string()
  .regex(
    /^(?:(?:GET|POST|PUT|DELETE)(?:,(?:GET|POST|PUT|DELETE))* )?(?:\/|(?:\/(?!\*\*\/)(?:[^\s/*]+|\*\*?))+)$/,
    "calls are written as 'GET,PUT /nodes/*/qemu/**', or as '/nodes/**' for all verbs; ** comes last",
  )

const parameter = z.union([
  z.literal('refuse'),
  z.strictObject({ only: z.array(z.union([z.string(), z.number(), z.boolean()])).min(1) }),
  z.strictObject({ maximum: z.number() }),
])

const policy = z.strictObject({
  'read-only': z.boolean().default(false),
  'dry-run': z.boolean().default(false),
  allow: z.array(calls).min(1).optional(),
  unscoped: z.array(calls).default([]),
  nodes: z.array(z.string()).min(1).optional(),
  guests: z
    .strictObject({ pools: z.array(z.string()).default([]), tags: z.array(z.string()).default([]) })
    .refine(({ pools, tags }) => pools.length + tags.length > 0, 'guests name pools, tags or both')
    .optional(),
  parameters: z
    .record(
      z.string().regex(/^[\w-]+\*?$/, 'a parameter is a name, or begins as one and ends in *'),
      parameter,
    )
    .default({}),
})

const caller = z.strictObject({
  name,
  key: z
    .string()
    .regex(
      /^sha256:[\da-f]{64}$/,
      "a key is kept as 'sha256:' and its hash in hex, as printf %s KEY | sha256sum prints it; never the key itself",
    ),
  policy: z.string(),
})

const https = z
  .string()
  .refine(
    (text) => URL.parse(text)?.protocol === 'https:',
    'the keys of an issuer are read by https: only',
  )

const tokens = z.strictObject({
  issuer: z.string().min(1),
  audience: z.string().min(1),
  keys: https,
  algorithms: z
    .array(z.enum(signatureAlgorithms))
    .min(1)
    .default([...signatureAlgorithms]),
  /** Seconds. */
  'clock-skew': z.number().int().min(0).max(600).default(30),
  /** The claim that names the caller. */
  name: z.string().default('sub'),
  policies: z
    .array(
      z.strictObject({
        claim: z.string().optional(),
        has: z.string().optional(),
        policy: z.string(),
      }),
    )
    .min(1),
})

/** An access file as it is written, with its defaults filled in. */
export const accessSchema: z.ZodType<Access> = z
  .strictObject({
    policies: z.record(name, policy),
    callers: z.array(caller).default([]),
    tokens: tokens.optional(),
  })
  .superRefine(({ policies, callers, tokens }, context) => {
    const require = (wanted: string, path: (string | number)[]): void => {
      if (Object.hasOwn(policies, wanted)) return
      const message = `there is no policy '${wanted}', only ${Object.keys(policies).join(', ')}`
      context.addIssue({ code: 'custom', path, message })
    }
    callers.forEach((caller, at) => require(caller.policy, ['callers', at, 'policy']))
    tokens?.policies.forEach((rule, at) => {
      require(rule.policy, ['tokens', 'policies', at, 'policy'])
      if ((rule.claim === undefined) === (rule.has === undefined)) return
      const message = 'claim and has go together; a rule without both is for everybody'
      context.addIssue({ code: 'custom', path: ['tokens', 'policies', at], message })
    })
    for (const field of ['name', 'key'] as const) {
      callers.forEach((caller, at) => {
        if (callers.findIndex((other) => other[field] === caller[field]) === at) return
        context.addIssue({
          code: 'custom',
          path: ['callers', at, field],
          message: `another caller has the same ${field}`,
        })
      })
    }
    if (callers.length === 0 && !tokens) {
      context.addIssue({
        code: 'custom',
        path: [],
        message: 'neither callers nor tokens: nobody could call',
      })
    }
  })
