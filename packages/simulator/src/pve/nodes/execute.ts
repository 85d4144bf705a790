import type { Verb } from '@proxkit/schema'
import { asFault, failed } from '../../engine/fault.js'
import { handle, type Handler } from '../../engine/handle.js'
import type { Operations } from '../../engine/operations.js'

interface Command {
  readonly path: string
  readonly method: Verb
  readonly args?: Readonly<Record<string, string>>
}

// pve-manager API2/Nodes.pm: execute
export const execute: Handler = handle(
  'POST',
  '/nodes/{node}/execute',
  async ({ params, cluster, call }) => {
    const commands: readonly Command[] = JSON.parse(params.commands)
    const answers: unknown[] = []
    for (const command of commands) {
      try {
        answers.push({ status: 200, data: await run(command) })
      } catch (error) {
        const { status, text, errors } = asFault(error)
        answers.push({ status, message: text, ...(errors && { errors }) })
      }
    }
    return answers

    async function run({ path, method: verb, args = {} }: Command): Promise<unknown> {
      const whole = `nodes/${params.node}/${path}`
      const found = cluster.definition.find(verb, `/${whole}`)
      if (!found) throw failed(`no handler for '${whole}'`)
      // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the definition has this operation
      const operation = `${verb} ${found.method.path}` as keyof Operations
      return call(operation, { ...found.pathParams, ...args })
    }
  },
)
