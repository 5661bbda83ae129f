import { expect, test } from 'vitest'
import { retryAfterMs } from '../policies/retries.ts'
import { HttpStatusError } from './http-status-error.ts'

test('says which status came from where, without what may be secret', () => {
  const url = new URL('https://user:pass@api.example:8443/items/1?token=s3cret#part')
  const error = new HttpStatusError(503, url, 5_000)
  expect(error).toBeInstanceOf(Error)
  expect(error).toMatchObject({
    name: 'HttpStatusError',
    message: 'status 503 from https://api.example:8443/items/1',
    status: 503,
    url: 'https://api.example:8443/items/1',
    [retryAfterMs]: 5_000,
  })
})

test('has no retry time when nobody asked for one', () => {
  expect(retryAfterMs in new HttpStatusError(500, new URL('https://api.example/'), undefined)).toBe(
    false,
  )
})
