import { devtoolsKey } from '@fluxgate/core/devtools'

export { hookHere as currentHook, newDocument as removeHook } from '@fluxgate/testkit/devtools-page'

/** Installs any value in the place of the devtools hook. */
export function installHook(hook: unknown): void {
  Object.defineProperty(globalThis, Symbol.for(devtoolsKey), { value: hook, configurable: true })
}
