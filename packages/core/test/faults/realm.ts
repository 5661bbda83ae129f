/** What the tests need of another realm: an iframe of this page, or a context of `node:vm`. */
export interface Realm {
  readonly Error: ErrorConstructor
  readonly TypeError: TypeErrorConstructor
  readonly Promise: PromiseConstructor
  readonly Object: ObjectConstructor
  /** Compiles a function over there. */
  readonly Function: FunctionConstructor
}

/** Opens one. It stays for the rest of the tests in the file. */
export async function otherRealm(): Promise<Realm> {
  if (typeof document === 'undefined') {
    const { createContext, runInContext } = await import(/* @vite-ignore */ nodeVm)
    return runInContext('globalThis', createContext({}))
  }
  const { contentWindow } = document.body.appendChild(document.createElement('iframe'))
  return contentWindow as Window & typeof globalThis
}

// a name of its own, which no bundler looks for in a browser
const nodeVm = 'node:vm'
