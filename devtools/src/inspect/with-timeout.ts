/** What {@link withTimeout} resolves with after the limit. */
export const timedOut = Symbol('timed out')

/** Resolves or rejects like `promise`; resolves with {@link timedOut} after `limitMs`. */
export async function withTimeout<T>(
  limitMs: number,
  promise: Promise<T>,
): Promise<T | typeof timedOut> {
  let timer: ReturnType<typeof setTimeout> | undefined
  const limit = new Promise<typeof timedOut>((resolve) => {
    timer = setTimeout(() => resolve(timedOut), limitMs)
  })
  try {
    return await Promise.race([promise, limit])
  } finally {
    clearTimeout(timer)
  }
}
