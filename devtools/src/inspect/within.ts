/** What {@link within} resolves with after the limit. */
export const late = Symbol('late')

/** Resolves or rejects like `promise`; resolves with {@link late} after `limitMs`. */
export async function within<T>(limitMs: number, promise: Promise<T>): Promise<T | typeof late> {
  let timer: ReturnType<typeof setTimeout> | undefined
  const limit = new Promise<typeof late>((resolve) => {
    timer = setTimeout(() => resolve(late), limitMs)
  })
  try {
    return await Promise.race([promise, limit])
  } finally {
    clearTimeout(timer)
  }
}
