import { chosenPart } from './chosen-part.js'
import { byId } from './elements.js'
import type { ApiDescription } from './parts.js'

// Redoc, which the page loads before.
declare const Redoc: {
  init(description: ApiDescription, options: object, place: HTMLElement): void
}

const { description, url } = await chosenPart()
Redoc.init(
  description,
  // Each of its own scroll bars would measure the whole page anew.
  { nativeScrollbars: true, downloadDefinitionUrl: url },
  byId('redoc', HTMLDivElement),
)
