import { nextTask } from '@fluxgate/testkit/next-task'
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

  test.each([
    [hidden, 'TypeError: WebhookListener: options must be an object, got "string"'],
    [
      { url: `ops:${hidden}@ops.example` },
      'TypeError: WebhookListener: url must be an absolute http or https URL, got "string"',
    ],
    [
      { url: { token: hidden } },
      'TypeError: WebhookListener: url must be an absolute http or https URL, got "object"',
    ],
    [
      { url, headers: `Bearer ${hidden}` },
      'TypeError: WebhookListener: headers must be an object, got "string"',
    ],
    [
      { url, headers: { [`Bearer ${hidden}`]: '' } },
      'TypeError: WebhookListener: headers must be valid header names and values, got "string"',
    ],
    [{ url, fetch: hidden }, 'TypeError: WebhookListener: fetch must be a function, got "string"'],
    [
      { url, waitUntil: { hidden } },
      'TypeError: WebhookListener: waitUntil must be a function, got "object"',
    ],
    [
      { url, attempts: [hidden] },
      'TypeError: WebhookListener: attempts must be a whole number from 1, got "object"',
    ],
    [{ url, backoffMs: hidden }, /^TypeError: WebhookListener: backoffMs .* got "string"$/],
    [{ url, timeoutMs: hidden }, /^TypeError: WebhookListener: timeoutMs .* got "string"$/],
  ])('names the type of a text at the wrong place (%#)', (options, message) => {
    const create = () => new WebhookListener(options as never)
    expect(create).not.toThrow(hidden)
    expect(() => {
      try {
        create()
      } catch (error) {
        throw String(error)
      }
    }).toThrow(message)
  })
})

describe('a WebhookListener that many circuits share', () => {
  const circuits = (listener: WebhookListener, count: number, errors: unknown[] = []) =>
    Array.from(
      { length: count },
      (_, i) =>
        new CircuitBreaker({
          name: `host-${i}`,
          listeners: [listener],
          onError: (error) => errors.push(error),
        }),
    )

  test('posts one signal at a time, in the order of the signals', async () => {
    let now = 0
    let most = 0
    const posted: string[] = []
    const fetch = async (_url: string, { body }: RequestInit) => {
      most = Math.max(most, ++now)
      posted.push(JSON.parse(String(body)).circuit)
      await nextTask()
      now--
      return new Response(null, { status: 204 })
    }
    const all = circuits(new WebhookListener({ url, fetch }), 40)
    for (const circuit of all) circuit.trip()
    await Promise.all(all.map((circuit) => circuit.flush()))
    expect(most).toBe(1)
    expect(posted).toEqual(all.map(({ name }) => name))
  })

  test('goes on when the runtime has stopped a delivery', async () => {
    vi.useFakeTimers()
    vi.spyOn(AbortSignal, 'timeout').mockReturnValue(new AbortController().signal)
    const posted: string[] = []
    const fetch = async (_url: string, { body }: RequestInit) => {
      posted.push(JSON.parse(String(body)).circuit)
      return new Promise<Response>(() => {})
    }
    const [first, second, third] = circuits(new WebhookListener({ url, fetch }), 3)
    first?.trip()
    second?.trip()
    await vi.advanceTimersByTimeAsync(15_000)
    expect(posted).toEqual(['host-0'])
    third?.trip()
    await vi.advanceTimersByTimeAsync(1)
    expect(posted).toEqual(['host-0', 'host-1'])
  })

  test('drops and reports the oldest of more than 1,000 waiting deliveries', async () => {
    const errors: unknown[] = []
    let answer = (_: Response) => {}
    let posts = 0
    const fetch = () =>
      ++posts > 1
        ? Promise.resolve(new Response())
        : new Promise<Response>((resolve) => {
            answer = resolve
          })
    const all = circuits(new WebhookListener({ url, fetch }), 1_003, errors)
    for (const circuit of all) circuit.trip()
    await Promise.all([all[1]?.flush(), all[2]?.flush()])
    answer(new Response())
    await Promise.all(all.map((circuit) => circuit.flush()))
    const error = new Error('webhook not delivered: more than 1000 deliveries waited')
    expect(errors).toEqual([error, error])
    expect(posts).toBe(1_001)
  })
})

describe('a WebhookListener', () => {
  /** The delays before the attempts after answers with these headers, in ms, by fake timers. */
  async function delaysAfter(retryAfter: string, status = 429) {
    vi.useFakeTimers()
    const attemptedAt: number[] = []
    const fetch = async () => {
      attemptedAt.push(Date.now())
      const headers = { 'retry-after': retryAfter }
      return attemptedAt.length > 1 ? new Response() : new Response(null, { status, headers })
    }
    const listener = new WebhookListener({ url, fetch })
    const breaker = new CircuitBreaker({ name: 'payments', listeners: [listener] })
    breaker.trip()
    const flushed = breaker.flush()
    await vi.runAllTimersAsync()
    await flushed
    return (attemptedAt[1] ?? Number.NaN) - (attemptedAt[0] ?? 0)
  }

  test.each([
    ['3', 3_000],
    ['1.5', 1_500],
    ['0', 500],
    ['-5', 500],
    ['soon', 500],
    ['86400', 300_000],
    ['Thu, 01 Jan 1970 00:00:00 GMT', 500],
  ])('after Retry-After: %s it waits %i ms', async (header, ms) => {
    expect(await delaysAfter(header)).toBe(ms)
    expect(await delaysAfter(header, 503)).toBe(ms)
  })

  test('waits for the date of a Retry-After', async () => {
    vi.useFakeTimers({ now: Date.UTC(2026, 10, 22, 9, 30) })
    expect(await delaysAfter('Sun, 22 Nov 2026 09:30:07 GMT')).toBe(7_000)
  })

  test('passes each delivery to waitUntil as a promise that never rejects', async () => {
    const promises: Promise<void>[] = []
    const fetch = async () => new Response(null, { status: 400 })
    const waitUntil = (promise: Promise<void>) => void promises.push(promise)
    const errors: unknown[] = []
    const breaker = new CircuitBreaker({
      name: 'payments',
      listeners: [new WebhookListener({ url, fetch, waitUntil })],
      onError: (error) => errors.push(error),
    })
    breaker.trip()
    expect(promises).toHaveLength(1)
    await expect(promises[0]).resolves.toBeUndefined()
    await breaker.flush()
    expect(errors).toEqual([new Error('webhook not delivered: status 400')])
  })
})
