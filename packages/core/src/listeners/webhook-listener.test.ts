import { afterEach, describe, expect, test, vi } from 'vitest'
import { CircuitBreaker } from '../circuit-breaker.ts'
import { WebhookListener, type WebhookListenerOptions } from './webhook-listener.ts'

const url = 'https://ops.example/hooks'

afterEach(() => {
  vi.useRealTimers()
  vi.restoreAllMocks()
})

describe('a WebhookListener whose server is unreachable', () => {
  /** The delays between its attempts in ms, by fake timers. */
  async function delaysOf(options: Partial<WebhookListenerOptions>) {
    vi.useFakeTimers()
    const attemptedAt: number[] = []
    const errors: unknown[] = []
    const fetch = () => {
      attemptedAt.push(Date.now())
      return Promise.reject(new TypeError('offline'))
    }
    const breaker = new CircuitBreaker({
      name: 'payments',
      listeners: [new WebhookListener({ url, fetch, ...options })],
      onError: (error) => errors.push(error),
    })
    breaker.forceOpen()
    const flushed = breaker.flush()
    await vi.runAllTimersAsync()
    await flushed
    expect(errors).toEqual([new Error('webhook not delivered: offline')])
    expect(Date.now()).toBe(attemptedAt.at(-1)) // without a delay after the last attempt
    return attemptedAt.slice(1).map((time, i) => time - (attemptedAt[i] ?? 0))
  }

  test('waits 500 ms by default, and twice as long after each further attempt', async () => {
    const limits = vi.spyOn(AbortSignal, 'timeout')
    expect(await delaysOf({})).toEqual([500, 1_000, 2_000, 4_000])
    expect(limits.mock.calls).toEqual(Array.from({ length: 5 }, () => [10_000]))
  })

  test('never waits longer than the longest delay of a timer', async () => {
    const delays = await delaysOf({ attempts: 40, backoffMs: 1_000 })
    expect(delays).toHaveLength(39)
    expect(delays).toEqual([...delays].sort((a, b) => a - b))
  })
})

describe('the error for an invalid option of a WebhookListener', () => {
  const hidden = 'k3y-that-stays-hidden'
  const messageOf = (options: Partial<WebhookListenerOptions>): string => {
    try {
      new WebhookListener({ url, ...options })
      return 'no error'
    } catch (error) {
      return String(error)
    }
  }

  test('does not contain the secret', () => {
    const secret = new TextEncoder().encode(hidden) as never
    expect(messageOf({ secret })).toBe(
      'TypeError: WebhookListener: secret must be a non-empty string, got "object"',
    )
    expect(messageOf({ secret: '' })).toContain('got ""')
  })

  test('does not contain the value of a header', () => {
    const headers = { accept: '*/*', authorization: `Bearer ${hidden}\n\u0000` }
    expect(messageOf({ headers })).toBe(
      'TypeError: WebhookListener: headers must be valid header names and values, got "authorization"',
    )
  })

  test('does not contain the user, password or path of the URL', () => {
    for (const user of [`ops:${hidden}`, `:${hidden}`, hidden]) {
      expect(messageOf({ url: `https://${user}@ops.example/${hidden}` })).toBe(
        'RangeError: WebhookListener: url must be one without a user and password (use headers), got "https://ops.example"',
      )
    }
  })
})
