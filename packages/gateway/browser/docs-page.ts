import { chosenPart } from './chosen-part.js'
import { byId, setText } from './elements.js'
import { csrfHeaders, currentUser, logIn, onLoginElsewhere, renewLogin } from './session.js'

// Swagger UI, which the page loads before.
declare const SwaggerUIBundle: ((options: object) => unknown) & {
  readonly presets: { readonly apis: unknown }
}

interface UiRequest {
  readonly method?: string
  readonly headers: Record<string, string>
}

const username = byId('username', HTMLInputElement)
const password = byId('password', HTMLInputElement)
const who = byId('who', HTMLOutputElement)

const { description: spec } = await chosenPart()
SwaggerUIBundle({
  dom_id: '#swagger-ui',
  spec,
  presets: [SwaggerUIBundle.presets.apis],
  docExpansion: 'none',
  // Each operation shows its own; all of them in a list take as long again to draw.
  defaultModelsExpandDepth: -1,
  deepLinking: true,
  filter: true,
  validatorUrl: null,
  requestInterceptor(request: UiRequest): UiRequest {
    if (request.method && request.method !== 'GET') Object.assign(request.headers, csrfHeaders())
    return request
  },
})

function tellWho(): void {
  const user = currentUser()
  setText(who, user === undefined ? 'not logged in' : `logged in as ${user}`)
}

async function tell(login: Promise<void>): Promise<void> {
  try {
    await login
    tellWho()
  } catch (error) {
    setText(who, error instanceof Error ? error.message : String(error))
  }
}

byId('login', HTMLFormElement).addEventListener('submit', (event) => {
  event.preventDefault()
  void tell(logIn(username.value, password.value))
  password.value = ''
})
onLoginElsewhere(tellWho)
void tell(renewLogin())
