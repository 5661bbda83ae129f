/**
 * A listener for servers was constructed in a browser, where its client and its secrets must not be.
 *
 * @example
 * const slack = typeof window === 'undefined' && new SlackListener({ channel, token })
 * new CircuitBreaker({ name: 'payments', listeners: [slack] })
 */
export class ServerOnlyError extends Error {
  override readonly name = 'ServerOnlyError'

  constructor(className: string) {
    super(
      `${className} runs on servers only and was constructed in a browser. Importing it is fine; construct it behind a check: typeof window === 'undefined' && new ${className}(…)`,
    )
  }
}

/** A class of that name which can be imported and named, but not constructed. */
export function serverOnly<Class extends abstract new (...args: never[]) => unknown>(
  className: string,
): Class {
  const standIn = class {
    constructor() {
      throw new ServerOnlyError(className)
    }
  }
  Object.defineProperty(standIn, 'name', { value: className })
  // The types are those of the real class: code for both places is checked once, against servers.
  return standIn as never
}
