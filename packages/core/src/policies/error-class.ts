import { brand } from '../internal/brand.ts'

/** A class, usually of errors. */
export type ErrorClass = abstract new (...args: never[]) => unknown

// `toString` of functions: call it with the function as `this`
const sourceOf = Object.toString

/** The name of a class that the platform provides in each realm; undefined for other classes. */
function builtInName(type: unknown): string | undefined {
  if (typeof type !== 'function') return undefined
  // Node.js and jsdom implement DOMException in JavaScript
  return type.name === 'DOMException' || sourceOf.call(type).includes('[native code]')
    ? type.name
    : undefined
}

/**
 * Returns a function that checks whether an error is an instance of `type`, also when the error comes
 * from another realm or another copy of this package.
 *
 * Built-in classes match by name along the prototype chain: the `TypeError` of a `vm` context is a
 * `TypeError`. The error classes of this package match by their brand.
 */
export function instanceTest(type: ErrorClass): (error: unknown) => boolean {
  const name = builtInName(type)
  // a subclass inherits the brand, but only its own instances belong to it
  const own = Object.hasOwn(type.prototype, brand) ? type.prototype[brand] : undefined
  if (name === undefined && own === undefined) return (error) => error instanceof type
  return (error) => {
    // Stryker disable next-line ConditionalExpression: an optimization; the prototype chain has the class
    if (error instanceof type) return true
    if (typeof error !== 'object' || error === null) return false
    if (own !== undefined) return (error as { [brand]?: unknown })[brand] === own
    for (let proto = Object.getPrototypeOf(error); proto; proto = Object.getPrototypeOf(proto)) {
      const theirs = Object.hasOwn(proto, 'constructor') ? proto.constructor : undefined
      // Stryker disable next-line ConditionalExpression: an optimization; builtInName returns the same name
      if (theirs?.name === name && builtInName(theirs) === name) return true
    }
    return false
  }
}
