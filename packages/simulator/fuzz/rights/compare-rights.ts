import { accessModel } from '@proxkit/schema'
import { manualClock } from '../../src/engine/clock.js'
import { Fault } from '../../src/engine/fault.js'
import { authorize } from '../../src/pve/access/authorize.js'
import { rightsIn } from '../../src/pve/access/compute-rights.js'
import { readUserConfig } from '../../src/pve/access/user-config.js'
import { Cluster } from '../../src/pve/cluster.js'
import { ClusterState } from '../../src/pve/state.js'
import { Random } from '../random.js'
import { accessText, paths, randomAccess, type AccessModel } from './access-model.js'
import { plainVerdict, type Question, type Verdict } from './plain-check.js'
import { plainRights } from './plain-rights.js'
import { randomQuestion, randomUser } from './random-question.js'

const { builtInRoles, privileges } = accessModel('9.2')

export interface RightsReport {
  readonly questions: number
  readonly configurations: number
  /** How many questions were answered with yes, or with some privilege: neither few nor all. */
  readonly granted: number
  readonly divergences: readonly string[]
}

const questionsPerConfiguration = 250

/** Asks the engine and the plain rules the same, and tells where they differ. */
export function compareRights({
  seed,
  questions,
}: {
  readonly seed: number
  readonly questions: number
}): RightsReport {
  const random = new Random(seed)
  const known = { privileges: [...privileges], roles: [...builtInRoles.keys()] }
  const divergences: string[] = []
  let granted = 0
  let configurations = 0
  let cluster = emptyCluster()
  let model = randomAccess(random, known)
  let held = plainRights(model, { ...known, roles: builtInRoles })

  for (let asked = 0; asked < questions; asked += 1) {
    if (asked % questionsPerConfiguration === 0) {
      configurations += 1
      model = randomAccess(random, known)
      held = plainRights(model, { ...known, roles: builtInRoles })
      cluster = emptyCluster()
      cluster.config.write('user.cfg', accessText(model))
    }
    if (random.chance(0.5)) askForPrivileges()
    else askForVerdict(randomQuestion(random, known.privileges))
  }
  return { questions, configurations, granted, divergences }

  function askForPrivileges(): void {
    const user = randomUser(random)
    const path = random.pick(paths)
    const ours = rightsIn(readUserConfig(cluster.config), user).permissions(path)
    const plain = held(user, path)
    if (plain.size > 0) granted += 1
    compare(shown(ours), shown(plain), { user, path })
  }

  function askForVerdict(question: Question): void {
    const plain = plainVerdict(question, { model, held })
    if (plain === undefined) granted += 1
    compare(engineVerdict(cluster, question), plain, question)
  }

  function compare(ours: Verdict, plain: Verdict, question: unknown): void {
    if (ours === plain) return
    divergences.push(describe({ question, ours, plain, model }))
  }
}

function engineVerdict(cluster: Cluster, { permissions, user, params }: Question): Verdict {
  try {
    authorize(cluster, { method: permissions ? { permissions } : {}, user, params })
    return undefined
  } catch (error) {
    if (!(error instanceof Fault)) throw error
    return `${error.status} ${error.message}`
  }
}

function emptyCluster(): Cluster {
  const clock = manualClock()
  return new Cluster(new ClusterState(clock), clock)
}

function shown(held: ReadonlyMap<string, boolean>): string {
  return [...held]
    .map(([privilege, down]) => `${privilege}=${down ? 1 : 0}`)
    .toSorted()
    .join(' ')
}

function describe(difference: {
  readonly question: unknown
  readonly ours: Verdict
  readonly plain: Verdict
  readonly model: AccessModel
}): string {
  const { question, ours, plain, model } = difference
  return `${JSON.stringify(question)}\nengine: ${ours}\nplain:  ${plain}\n${accessText(model)}`
}
