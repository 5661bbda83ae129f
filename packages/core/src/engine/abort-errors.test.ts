import { describe, expect, test } from 'vitest'
import { isAbortError } from './abort-errors.ts'

describe('isAbortError', () => {
  test('recognises an error by its name', () => {
    expect(isAbortError(new DOMException('gone', 'AbortError'))).toBe(true)
    expect(isAbortError({ name: 'AbortError' })).toBe(true)
  })

  test.each([undefined, null, 'AbortError', new Error('AbortError'), { name: ['AbortError'] }])(
    'returns false for %s',
    (error) => {
      expect(isAbortError(error)).toBe(false)
    },
  )

  test('returns false for an error whose name cannot be read', () => {
    const { proxy, revoke } = Proxy.revocable({}, {})
    revoke()
    expect(isAbortError(proxy)).toBe(false)
  })
})
