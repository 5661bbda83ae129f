import { TimeoutError } from '@fluxgate/core'

/**
 * Compares data deeply, timeouts by their message, and other objects by identity. A missing property
 * equals `undefined`.
 * Vitest's matchers have better messages, but are too slow for a million steps.
 *
 * @throws Error with the path and both values
 */
export function expectSame(what: string, actual: unknown, expected: unknown): void {
  const path = difference(actual, expected)
  if (path === undefined) return
  throw new Error(`${what}${path} is ${render(actual)}, expected ${render(expected)}`)
}

/** Where two values differ, as a path into them; undefined when they do not. */
export function difference(actual: unknown, expected: unknown): string | undefined {
  if (Object.is(actual, expected)) return undefined
  if (actual instanceof TimeoutError && expected instanceof TimeoutError) {
    return actual.message === expected.message ? undefined : '.message'
  }
  if (!isData(actual) || !isData(expected)) return ''
  for (const key of Object.keys(actual)) {
    const path = difference(actual[key], expected[key])
    if (path !== undefined) return `.${key}${path}`
  }
  const missing = Object.keys(expected).find(
    (key) => !(key in actual) && expected[key] !== undefined,
  )
  return missing === undefined ? undefined : `.${missing}`
}

function isData(value: unknown): value is Record<string, unknown> {
  if (typeof value !== 'object' || value === null) return false
  return Array.isArray(value) || Object.getPrototypeOf(value) === Object.prototype
}

function render(value: unknown): string {
  return value instanceof Error ? String(value) : (JSON.stringify(value) ?? String(value))
}
