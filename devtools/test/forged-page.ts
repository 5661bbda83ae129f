import { type DevtoolsHook, devtoolsKey } from '@fluxgate/core/devtools'

const key = Symbol.for(devtoolsKey)

/** Makes this a document that never had a devtoolsListener. */
export function newDocument(): void {
  Reflect.deleteProperty(globalThis, key)
}

export function hookHere(): DevtoolsHook {
  return Reflect.get(globalThis, key)
}

/** Puts something else where the panel looks for the hook. */
export function forge(hook: unknown): void {
  Object.defineProperty(globalThis, key, { value: hook, configurable: true })
}
