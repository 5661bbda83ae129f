/**
 * Marks an error of a call that never reached the service. A breaker ignores such an error, whatever
 * its tracker matches. Registered, so that a breaker of another copy of the package finds it too.
 */
export const notSent: unique symbol = Symbol.for('fluxgate.notSent') as never
