import type { Credentials, Grant } from '../https/credentials.js'

/** What a caller has shown to prove who it is: header fields that go on to the server as they are. */
export interface Shown {
  readonly fields: Readonly<Record<string, string>>
}

export const shownCredentials = ({ fields }: Shown): Credentials => {
  const headers = Object.entries(fields).flat()
  const secrets = Object.values(fields).flatMap((value) => [value, value.replace(/^.*[=:]/s, '')])
  const grant: Grant = { read: headers, write: headers, secrets }
  return { user: undefined, grant: () => grant }
}
