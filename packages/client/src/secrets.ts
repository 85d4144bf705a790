import type { ApiResponse, Params, ParamValue } from '@proxkit/schema'

/** Whether a parameter of this name holds what nobody but the server should see; public keys do not count. */
export const isSecretName = (name: string): boolean => secretName.test(name)

const secretName =
  /passw|passphrase|secret|ticket|challenge|csrf|credential|(?:^|_)pass$|^t?otp$|key(?:ring)?$|token$/i

/** The secrets among the parameters of a call. */
export const secretsOf = (params: Params): readonly string[] =>
  Object.entries(params).flatMap(([name, value]) => textsIn(value, isSecretName(name)))

const textsIn = (value: ParamValue | undefined, isSecret: boolean): readonly string[] => {
  if (typeof value === 'string') return isSecret ? [value] : []
  if (typeof value !== 'object' || value === null) return []
  return Object.entries(value).flatMap(([name, item]: [string, ParamValue]) =>
    textsIn(item, isSecret || isSecretName(name)),
  )
}

/** A failure without the secrets that the server may have repeated in its messages. */
export const maskFailure = (response: ApiResponse, secrets: readonly string[]): ApiResponse => {
  const { message, errors } = response
  if (message === undefined && errors === undefined) return response
  return {
    ...response,
    ...(message !== undefined && { message: maskSecrets(message, secrets) }),
    ...(errors && {
      errors: Object.fromEntries(
        Object.entries(errors).map(([name, text]) => [name, maskSecrets(text, secrets)]),
      ),
    }),
  }
}

/** The text without secrets, neither as they are nor as a form has them. */
export const maskSecrets = (text: string, secrets: readonly string[]): string =>
  secrets
    .filter(({ length }) => length >= shortestSecret)
    .flatMap((secret) => [secret, encodeURIComponent(secret.replaceAll(/\p{Cs}/gu, ''))])
    // The longest first, since one may be part of another.
    .toSorted((one, other) => other.length - one.length)
    .reduce((masked, secret) => masked.replaceAll(secret, mask), text)

const mask = '***'

/** Less than this would be found in any text. */
const shortestSecret = 4
