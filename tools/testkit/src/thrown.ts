/**
 * The error that `promise` rejects with.
 *
 * @throws Error when the promise fulfils
 */
export async function rejection(promise: PromiseLike<unknown>): Promise<unknown> {
  let value: unknown
  try {
    value = await promise
  } catch (error) {
    return error
  }
  throw new Error(`fulfilled with ${String(value)} instead of rejecting`)
}

/**
 * The error that `run` throws.
 *
 * @throws Error when `run` returns
 */
export function thrown(run: () => unknown): unknown {
  let value: unknown
  try {
    value = run()
  } catch (error) {
    return error
  }
  throw new Error(`returned ${String(value)} instead of throwing`)
}
