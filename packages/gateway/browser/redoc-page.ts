import { byId, element } from './elements.js'
import { type ApiDescription, partsOf } from './parts.js'
import { prefix } from './session.js'

// Redoc, which the page loads before.
declare const Redoc: {
  init(description: ApiDescription, options: object, place: HTMLElement): void
}

const everything = 'everything'

const query = new URLSearchParams(location.search)
const version = query.get('version')
const search = version === null ? '' : `?${String(new URLSearchParams({ version }))}`
const url = `${prefix}/openapi.json${search}`
const answer = await fetch(url)
if (!answer.ok) throw new Error(`there is no description: status ${answer.status}`)
const description: ApiDescription = await answer.json()
const parts = partsOf(description)
const choice = byId('part', HTMLSelectElement)
const asked = query.get('part') ?? parts.keys().next().value ?? everything
const wanted = parts.has(asked) ? asked : everything

for (const [name, { count }] of parts) {
  choice.append(element('option', { value: name }, `${name} (${count})`))
}
choice.append(element('option', { value: everything }, 'everything at once (takes a minute)'))
choice.value = wanted
choice.addEventListener('change', () => {
  query.set('part', choice.value)
  location.assign(`?${String(query)}`)
})

Redoc.init(
  parts.get(wanted)?.description ?? description,
  // Each of its own would measure the whole page anew.
  { nativeScrollbars: true, downloadDefinitionUrl: url },
  byId('redoc', HTMLDivElement),
)
