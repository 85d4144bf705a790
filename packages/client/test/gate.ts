/** A promise that resolves when it is told to. */
export interface Gate {
  readonly passed: Promise<void>
  open(): void
}

export const createGate = (): Gate => {
  let open!: () => void
  const passed = new Promise<void>((resolve) => {
    open = resolve
  })
  return { passed, open: () => open() }
}
