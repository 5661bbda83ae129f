/**
 * Marks the error classes of this package, with the name of the class as value. Registered, so that
 * an error of another realm or another copy of the package is recognised, where `instanceof` is false.
 */
export const brand: unique symbol = Symbol.for('fluxgate.error') as never
