/** Resolves at the first Ctrl+C or request to terminate; a second one ends the process at once. */
export function stopRequest(): Promise<void> {
  return new Promise((resolve) => {
    process.once('SIGINT', () => resolve())
    process.once('SIGTERM', () => resolve())
  })
}
