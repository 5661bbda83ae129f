/**
 * The key of a breaker's method that returns the time until an open circuit may probe: monotonic ms,
 * `Infinity` for never, undefined in other states. Registered, for another copy of the package.
 */
export const untilRetry: unique symbol = Symbol.for('fluxgate.untilRetry') as never

export interface UntilRetry {
  [untilRetry]?(): number | undefined
}
