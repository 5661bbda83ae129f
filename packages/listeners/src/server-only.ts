/**
 * Thrown when a listener for servers is constructed in a browser.
 *
 * @example
 * const slack = typeof window === 'undefined' && new SlackListener({ channel, token })
 * new CircuitBreaker({ name: 'payments', listeners: [slack] })
 */
export class ServerOnlyError extends Error {
  override readonly name = 'ServerOnlyError'

  constructor(className: string) {
    super(
      `${className} runs on servers only, but was constructed in a browser. Importing it is safe; guard the constructor: typeof window === 'undefined' && new ${className}(…)`,
    )
  }
}

/** A stand-in class of that name, whose constructor throws. */
export function serverOnly<Class extends abstract new (...args: never[]) => unknown>(
  className: string,
): Class {
  const standIn = class {
    constructor() {
      throw new ServerOnlyError(className)
    }
  }
  Object.defineProperty(standIn, 'name', { value: className })
  // Code that runs on both sides is type-checked once, against the real class.
  return standIn as never
}
