/** False for what cannot even be looked at, such as a revoked proxy: there is nothing to wait for. */
export function isThenable(value: unknown): value is PromiseLike<unknown> {
  try {
    return (
      ((typeof value === 'object' && value !== null) || typeof value === 'function') &&
      typeof (value as { then?: unknown }).then === 'function'
    )
  } catch {
    return false
  }
}
