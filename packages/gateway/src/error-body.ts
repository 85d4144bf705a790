/** The shape of every refusal. */
export interface ErrorBody {
  readonly detail: string
  /** One entry per parameter that was refused. */
  readonly errors?: readonly { readonly field: string; readonly message: string }[]
}

/** Makes the body of a refusal from an API's message and its messages per parameter. */
export function errorBody(refusal: {
  readonly message?: string
  readonly errors?: Readonly<Record<string, string>>
}): ErrorBody {
  const detail = refusal.message?.trimEnd() ?? 'the server gave no reason'
  if (!refusal.errors) return { detail }
  const errors = Object.entries(refusal.errors).map(([field, message]) => ({
    field,
    message: message.trimEnd(),
  }))
  return { detail, errors }
}
