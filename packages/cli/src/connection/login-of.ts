import { UsageError } from '../usage-error.js'

export interface LoginSettings {
  readonly token?: string | undefined
  readonly user?: string | undefined
  readonly password?: string | undefined
  readonly otp?: string | undefined
  readonly otpType?: OtpType
}

type OtpType = 'totp' | 'recovery' | 'yubico'

/** A login, as clients and gateways show it. */
export type Login = { readonly token: string } | PasswordLogin

export interface PasswordLogin {
  readonly username: string
  readonly password: string
  readonly secondFactor?:
    | { readonly totp: string }
    | { readonly recovery: string }
    | { readonly yubico: string }
}

/** The login among the settings; undefined where there is none. */
export function loginOf({
  token,
  user,
  password,
  otp,
  otpType = 'totp',
}: LoginSettings): Login | undefined {
  if (otp !== undefined && (token !== undefined || user === undefined)) {
    throw new UsageError('--otp goes with --user and --password: a token needs no second factor')
  }
  if (token !== undefined) return { token }
  if (user === undefined && password === undefined) return undefined
  if (user === undefined || password === undefined) {
    throw new UsageError('user and password go together')
  }
  const secondFactor = otp === undefined ? undefined : factors[otpType](otp)
  return { username: user, password, ...(secondFactor && { secondFactor }) }
}

const factors = {
  totp: (totp: string) => ({ totp }),
  recovery: (recovery: string) => ({ recovery }),
  yubico: (yubico: string) => ({ yubico }),
} as const
