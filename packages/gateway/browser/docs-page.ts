import { byId, setText } from './elements.js'
import { csrfHeaders, currentUser, logIn, onLoginElsewhere, prefix, renewLogin } from './session.js'

// Swagger UI, which the page loads before.
declare const SwaggerUIBundle: ((options: object) => unknown) & {
  readonly presets: { readonly apis: unknown }
  readonly plugins: { readonly DownloadUrl: unknown }
}
declare const SwaggerUIStandalonePreset: unknown

interface ServedVersion {
  readonly version: string
  readonly served: boolean
  readonly openapi: string
}

interface UiRequest {
  readonly method?: string
  readonly headers: Record<string, string>
}

const username = byId('username', HTMLInputElement)
const password = byId('password', HTMLInputElement)
const who = byId('who', HTMLOutputElement)

const versions: readonly ServedVersion[] = await (await fetch(`${prefix}/versions`)).json()
const named = versions.map(({ version, served, openapi }) => ({
  url: openapi,
  name: served ? `${version} (served)` : version,
  served,
}))

SwaggerUIBundle({
  dom_id: '#swagger-ui',
  urls: named.map(({ url, name }) => ({ url, name })),
  'urls.primaryName': named.find(({ served }) => served)?.name,
  layout: 'StandaloneLayout',
  presets: [SwaggerUIBundle.presets.apis, SwaggerUIStandalonePreset],
  plugins: [SwaggerUIBundle.plugins.DownloadUrl],
  docExpansion: 'none',
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
