import { expect, test } from 'vitest'
import { serviceError } from './trackers.ts'

const neverFails = serviceError({ statuses: () => false })

test.each([100, 200, 599])('%d is an HTTP status, and statuses decides', (status) => {
  expect(neverFails.failsOnError?.({ status })).toBe(false)
})

test.each([99, 600, 404.5, -404, Number.NaN, '404'])(
  '%s is no HTTP status, so the error is a failure',
  (status) => {
    expect(neverFails.failsOnError?.({ status })).toBe(true)
    expect(serviceError().failsOnError?.({ status })).toBe(true)
  },
)
