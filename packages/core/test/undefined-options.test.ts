import {
  backoff,
  CircuitBreaker,
  cooldown,
  timeWindow,
  tripWhen,
  WebhookListener,
} from '@fluxgate/core'
import { devtoolsListener } from '@fluxgate/core/devtools'
import { expect, test } from 'vitest'

// A value from a config or the environment may be undefined; it goes in as it is.

test('policies', () => {
  const jitter = undefined
  expect(cooldown(5, { jitter }).toJSON()).toEqual(cooldown(5).toJSON())
  const slow = { multiplier: undefined, maxMs: undefined, jitter }
  expect(backoff({ initialMs: 5, ...slow }).toJSON()).toEqual(backoff({ initialMs: 5 }).toJSON())
  expect(timeWindow(60, { buckets: undefined }).toJSON()).toEqual(timeWindow(60).toJSON())
  const rule = tripWhen('ever', () => true, { slowThresholdsMs: undefined })
  expect(rule.slowThresholdsMs).toEqual([])
})

test('what a circuit is opened with by hand', () => {
  const breaker = new CircuitBreaker({ name: 'payments' })
  breaker.trip({ forMs: undefined, reason: undefined })
  expect(breaker.state).toBe('open')
})

test('listeners', () => {
  const url = 'https://ops.example'
  const times = { attempts: undefined, backoffMs: undefined, timeoutMs: undefined }
  expect(
    () => new WebhookListener({ url, headers: undefined, fetch: undefined, ...times }),
  ).not.toThrow()
  expect(() => devtoolsListener({ capacity: undefined, controls: undefined })).not.toThrow()
})
