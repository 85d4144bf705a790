/** Whether a parameter of the API carries what nobody else may know. */
export function isSecretParameter(name: string): boolean {
  return /passw|secret|token|ticket|otp|^value$|^keys?$|^key-|-key$|keyring|encryption|master|^code$|response/i.test(
    name,
  )
}
