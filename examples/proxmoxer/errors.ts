import { ApiError, AuthenticationError } from '@proxkit/client'
import type { Example } from '../example.js'

/** A call that is tried again where that may help, and what its errors tell. */
export const errors: Example = async ({ pve, print }) => {
  try {
    const { status } = await retrying(() => pve.nodes('pve1').qemu(100).status.current())
    print(`VM status: ${status}`)
    await retrying(() => pve.nodes('pve1').qemu(999).status.current())
  } catch (error) {
    if (error instanceof AuthenticationError) print('check the credentials')
    else if (error instanceof ApiError) print(`${error.code}: ${error.message}`)
    else throw error
  }
}

const retrying = async <Value>(call: () => Promise<Value>): Promise<Value> => {
  for (let attempt = 0; ; attempt += 1) {
    try {
      return await call()
    } catch (error) {
      const isLocked = error instanceof ApiError && error.code === 'locked'
      if (!isLocked || attempt === 2) throw error
      await new Promise((resolve) => {
        setTimeout(resolve, 1000 * 2 ** attempt)
      })
    }
  }
}
