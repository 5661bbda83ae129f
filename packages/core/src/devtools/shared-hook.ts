import { Hook } from './hook.ts'
import { devtoolsKey } from './wire.ts'

/**
 * The hook of this document. The first caller makes it, also one in another copy of the package.
 * Returns undefined, with a warning, when another value has its key or `globalThis` is frozen.
 */
export function sharedHook(): Hook | undefined {
  const key = Symbol.for(devtoolsKey)
  try {
    const existing = Reflect.get(globalThis, key)
    if (existing?.version === 1 && typeof existing.attach === 'function') return existing
    if (existing === undefined) {
      const hook = new Hook()
      Object.defineProperty(globalThis, key, { value: hook, configurable: true })
      return hook
    }
  } catch {
    // `globalThis` is frozen, or a getter throws
  }
  console.warn(`[fluxgate] devtools are off: globalThis[Symbol.for('${devtoolsKey}')] is in use`)
  return undefined
}
