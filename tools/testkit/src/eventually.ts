import { vi } from 'vitest'

/**
 * Resolves with the result of `assertion` once it does not throw or reject; rejects with its last error
 * after `limitMs`. For tests with a real server, client or process; others use a manual clock.
 *
 * @param limitMs generous by default, for busy machines
 */
export function eventually<T>(assertion: () => T | Promise<T>, limitMs = 20_000): Promise<T> {
  return vi.waitFor(assertion, { timeout: limitMs })
}
