/** The globals that the tests use of another realm: an iframe, or a context of `node:vm`. */
export interface Realm {
  readonly Error: ErrorConstructor
  readonly TypeError: TypeErrorConstructor
  readonly Promise: PromiseConstructor
  readonly Object: ObjectConstructor
  /** Compiles a function in that realm. */
  readonly Function: FunctionConstructor
}

/** Opens a realm that lives as long as the test file. */
export async function otherRealm(): Promise<Realm> {
  if (typeof document === 'undefined') {
    const { createContext, runInContext } = await import(/* @vite-ignore */ nodeVm)
    return runInContext('globalThis', createContext({}))
  }
  const { contentWindow } = document.body.appendChild(document.createElement('iframe'))
  return contentWindow as Window & typeof globalThis
}

// a variable, so that bundlers for browsers do not resolve it
const nodeVm = 'node:vm'
