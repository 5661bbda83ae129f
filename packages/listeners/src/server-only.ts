/**
 * Thrown when a listener for servers is constructed in a bundle for browsers, web workers or edge
 * runtimes without the modules of Node.js.
 *
 * Guard the constructor with `isSupported`, which is a property of the class that was imported. A check
 * of the environment, such as `typeof window`, is wrong in web workers, in Jest with jsdom and in edge
 * routes.
 *
 * @example
 * const slack = SlackListener.isSupported && new SlackListener({ channel, token })
 * new CircuitBreaker({ name: 'payments', listeners: [slack] })
 */
export class ServerOnlyError extends Error {
  override readonly name = 'ServerOnlyError'

  constructor(className: string) {
    super(
      `${className} runs on servers only, but this bundle is for a browser, a worker or an edge runtime. Importing it is safe; guard the constructor: ${className}.isSupported && new ${className}(…)`,
    )
  }
}

/** A stand-in class of that name, whose constructor throws. */
export function serverOnly<Class extends abstract new (...args: never[]) => unknown>(
  className: string,
): Class {
  const standIn = class {
    static get isSupported(): boolean {
      return false
    }

    constructor() {
      throw new ServerOnlyError(className)
    }
  }
  Object.defineProperty(standIn, 'name', { value: className })
  // Code that runs on both sides is type-checked once, against the real class.
  return standIn as never
}
