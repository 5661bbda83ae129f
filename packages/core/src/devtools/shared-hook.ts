import { Hook } from './hook.ts'
import { devtoolsKey } from './wire.ts'

/**
 * The one hook of this document, made by who asks first, be it another copy of this package.
 * Nothing when its place is taken by something else or nothing can be put there.
 */
export function sharedHook(): Hook | undefined {
  const key = Symbol.for(devtoolsKey)
  try {
    const there = Reflect.get(globalThis, key)
    if (there?.version === 1 && typeof there.attach === 'function') return there
    if (there === undefined) {
      const hook = new Hook()
      Object.defineProperty(globalThis, key, { value: hook, configurable: true })
      return hook
    }
  } catch {
    // a global that is frozen, or hostile
  }
  console.warn(`[fluxgate] no devtools: globalThis[Symbol.for('${devtoolsKey}')] is taken`)
  return undefined
}
