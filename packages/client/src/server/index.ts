export { type Clock, systemClock } from '../clock.js'
export type { ConnectionOptions } from '../client-options.js'
export {
  connectServer,
  type Server,
  type ServerOptions,
  type TicketLogin,
} from './connect-server.js'
export type { HttpAnswer, HttpRequest } from './pass-on.js'
export { type Shown, shownTicket, shownToken } from './shown-credentials.js'
export type { Upgraded, UpgradeRequest } from './upgrade.js'
export { encodeRequest, type EncodedRequest } from '../https/encode-request.js'
export { isSecretName } from '../secrets.js'
export { SharedWork } from '../shared-work.js'
export type { Change } from '../call-types.js'
export { looksAt } from '../tools/watch.js'
export { withinLimits } from '../within-limits.js'
