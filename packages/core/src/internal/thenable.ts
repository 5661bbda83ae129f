import { isObject } from './is-object.ts'
import { read } from './read.ts'

/** False for a value whose properties cannot be read, such as a revoked proxy. */
export function isThenable(value: unknown): value is PromiseLike<unknown> {
  return isObject(value) && typeof read(value, 'then') === 'function'
}

/**
 * Prevents an unhandled rejection of a promise that is not used. It never calls the `then` of other
 * thenables, because a lazy one, such as a database query, would start.
 */
export function ignoreRejection(thenable: unknown): void {
  try {
    // the native method throws for a value that is not a promise of this or another realm
    Promise.prototype.then.call(thenable, undefined, () => {})
  } catch {}
}
