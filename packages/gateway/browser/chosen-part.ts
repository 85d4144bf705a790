import { byId, element } from './elements.js'
import { type ApiDescription, describePart, partsOf } from './parts.js'
import { prefix } from './session.js'

interface ServedVersion {
  readonly served: boolean
  readonly version: string
  readonly openapi: string
}

/** What of the API's description the page is to show. */
export interface ChosenPart {
  readonly description: ApiDescription
  /** Where all of it is. */
  readonly url: string
}

const everything = 'everything'

/** Offers the versions and parts there are, and gives the chosen one of each: `?version=8.4&part=pools`. */
export async function chosenPart(): Promise<ChosenPart> {
  const query = new URLSearchParams(location.search)
  const versions: readonly ServedVersion[] = await fetchJson(`${prefix}/versions`)
  const tag = query.get('version')
  const url = `${prefix}/openapi.json${tag === null ? '' : `?version=${encodeURIComponent(tag)}`}`
  const whole: ApiDescription = await fetchJson(url)
  const parts = partsOf(whole)
  const asked = query.get('part') ?? parts.keys().next().value ?? everything
  const part = parts.get(asked)
  offer(
    'version',
    versions.map(({ version, served, openapi }) => ({
      text: served ? `${version} (served)` : version,
      isChosen: openapi === url,
      // What its document is asked for with, its page is, too.
      search: new URL(openapi, location.href).search,
    })),
  )
  const searchFor = (name: string): string => {
    const wanted = new URLSearchParams(query)
    wanted.set('part', name)
    return `?${String(wanted)}`
  }
  offer('part', [
    ...Array.from(parts, ([name, { count }]) => ({
      text: `${name} (${count})`,
      isChosen: name === asked,
      search: searchFor(name),
    })),
    {
      text: 'everything at once (takes minutes)',
      isChosen: !part,
      search: searchFor(everything),
    },
  ])
  return { url, description: part ? describePart(whole, part) : whole }
}

async function fetchJson<Answer>(url: string): Promise<Answer> {
  const answer = await fetch(url)
  if (answer.ok) return answer.json()
  throw new Error(`${url} was answered with status ${answer.status}`)
}

interface Choice {
  readonly text: string
  readonly isChosen: boolean
  /** The query of the page that shows it. */
  readonly search: string
}

function offer(id: string, choices: readonly Choice[]): void {
  const select = byId(id, HTMLSelectElement)
  for (const { text, isChosen, search } of choices) {
    const option = element('option', { value: search }, text)
    option.selected = isChosen
    select.append(option)
  }
  select.addEventListener('change', () => location.assign(location.pathname + select.value))
}
