import { expect, test } from 'vitest'
import { retryAfterMs } from '../policies/retries.ts'
import { HttpStatusError } from './http-status-error.ts'

const url = new URL('https://me:pass@api.example/bot123:SECRET/getMe?token=SECRET#SECRET')

test('HttpStatusError has retryAfterMs only with a delay', () => {
  expect(new HttpStatusError(503, url, 5_000)[retryAfterMs]).toBe(5_000)
  expect(retryAfterMs in new HttpStatusError(500, url)).toBe(false)
})

test('HttpStatusError shows status, method and origin, never path or query', () => {
  const error = new HttpStatusError(502, url, undefined, 'POST')
  expect(error).toMatchObject({ status: 502, method: 'POST', origin: 'https://api.example' })
  expect(error.message).toBe('status 502 from POST https://api.example')
  expect(`${JSON.stringify(error)} ${error.stack}`).not.toMatch(/SECRET|pass|getMe/)
})

test('HttpStatusError names a relative URL and a custom scheme', () => {
  expect(new HttpStatusError(500, undefined).origin).toBe('(relative)')
  expect(new HttpStatusError(500, new URL('app://u:p@assets/x?y')).origin).toBe('app://assets')
})
