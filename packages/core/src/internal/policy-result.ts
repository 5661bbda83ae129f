import { ignoreRejection, isThenable } from './thenable.ts'

/**
 * The boolean that the callback of a policy returned. Other values count by their truthiness.
 *
 * @param callback names it in the error: `resultWhere: predicate`
 * @throws TypeError for a promise, which is always truthy
 */
export function booleanResult(callback: string, value: unknown): boolean {
  if (value === true || value === false) return value
  rejectPromise(callback, 'a boolean', value)
  return Boolean(value)
}

/** @throws TypeError when a callback that must return `expected` returned a promise */
export function rejectPromise(callback: string, expected: string, value: unknown): void {
  if (!isThenable(value)) return
  ignoreRejection(value)
  throw new TypeError(`${callback} must return ${expected}, not a promise`)
}
