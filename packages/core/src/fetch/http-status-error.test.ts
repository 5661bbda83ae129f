import { expect, test } from 'vitest'
import { retryAfterMs } from '../policies/retries.ts'
import { HttpStatusError } from './http-status-error.ts'

test('HttpStatusError has retryAfterMs only with a delay', () => {
  const url = new URL('https://api.example/')
  expect(new HttpStatusError(503, url, 5_000)[retryAfterMs]).toBe(5_000)
  expect(retryAfterMs in new HttpStatusError(500, url, undefined)).toBe(false)
})
