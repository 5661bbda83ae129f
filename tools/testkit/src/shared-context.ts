import { afterAll, beforeAll, vi } from 'vitest'
// keeps the platform's fetch, which some files replace
import '@fluxgate/core/fetch'

// Test files share one context: what one file replaces and does not restore reaches the next one.

const shared = { globalThis, console, performance: Object.getPrototypeOf(performance) as object }

let before: Map<string, unknown>

beforeAll(() => {
  before = functions()
})

afterAll(() => {
  vi.restoreAllMocks()
  vi.unstubAllGlobals()
  vi.useRealTimers()
  const after = functions()
  const changed = [...before].filter(
    ([name, value]) => after.has(name) && after.get(name) !== value,
  )
  if (changed.length === 0) return
  throw new Error(`the file must restore ${changed.map(([name]) => name).join(', ')}`)
})

/** Without getters: Node replaces some by their value at the first use. */
function functions(): Map<string, unknown> {
  return new Map(
    Object.entries(shared).flatMap(([object, members]) =>
      Object.entries(Object.getOwnPropertyDescriptors(members))
        .filter(([, { value }]) => typeof value === 'function')
        .map(([name, { value }]): [string, unknown] => [`${object}.${name}`, value]),
    ),
  )
}
