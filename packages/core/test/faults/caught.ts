/**
 * What a call threw or rejected with, in a box: a promise would look at the error itself.
 *
 * @throws Error when it did neither
 */
export async function caught(call: () => unknown): Promise<{ readonly error: unknown }> {
  try {
    await call()
  } catch (error) {
    return { error }
  }
  throw new Error('the call did not fail')
}
