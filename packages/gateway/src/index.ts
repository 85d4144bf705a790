export { createGateway, type Gateway, type GatewayOptions } from './create-gateway.js'
export type { ErrorBody } from './error-body.js'
