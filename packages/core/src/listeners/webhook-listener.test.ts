import { afterEach, describe, expect, test, vi } from 'vitest'
import { CircuitBreaker } from '../circuit-breaker.ts'
import { WebhookListener, type WebhookListenerOptions } from './webhook-listener.ts'

const url = 'https://ops.example/hooks'

function moved(options: Partial<WebhookListenerOptions>) {
  const errors: unknown[] = []
  const breaker = new CircuitBreaker({
    name: 'payments',
    listeners: [new WebhookListener({ url, ...options })],
    onError: (error) => errors.push(error),
  })
  breaker.forceOpen()
  return { breaker, errors }
}

afterEach(() => {
  vi.unstubAllGlobals()
  vi.useRealTimers()
  vi.restoreAllMocks()
})

test('uses the fetch it is given, and the one of the moment otherwise', async () => {
  const calls: string[] = []
  const record = (name: string) => (to: unknown) => {
    calls.push(`${name} ${to}`)
    return Promise.resolve(new Response(null, { status: 204 }))
  }
  vi.stubGlobal('fetch', record('early'))
  const given = moved({ fetch: record('given') })
  const own = moved({})
  vi.stubGlobal('fetch', record('late'))
  own.breaker.reset()
  await Promise.all([given.breaker.flush(), own.breaker.flush()])
  expect(calls).toEqual([`given ${url}`, `early ${url}`, `late ${url}`])
})

test('signs with a known HMAC-SHA-256, in every place', async () => {
  const sent: RequestInit[] = []
  const { breaker, errors } = moved({
    secret: 'key',
    fetch: (_url, init) => {
      sent.push(init)
      return Promise.resolve(new Response())
    },
  })
  await breaker.flush()
  expect(errors).toEqual([])
  const key = await crypto.subtle.importKey(
    'raw',
    new TextEncoder().encode('key'),
    { name: 'HMAC', hash: 'SHA-256' },
    false,
    ['verify'],
  )
  const hex = new Headers(sent[0]?.headers).get('x-fluxgate-signature')?.replace('sha256=', '')
  const mac = Uint8Array.from(hex?.match(/../g) ?? [], (byte) => Number.parseInt(byte, 16))
  const body = new TextEncoder().encode(String(sent[0]?.body))
  expect(mac).toHaveLength(32)
  await expect(crypto.subtle.verify('HMAC', key, mac, body)).resolves.toBe(true)
})

describe('between the tries of an unreachable webhook', () => {
  /** How long it paused, by a clock that jumps from timer to timer. */
  async function pausesOf(options: Partial<WebhookListenerOptions>) {
    vi.useFakeTimers()
    const at: number[] = []
    const { breaker, errors } = moved({
      fetch: () => {
        at.push(Date.now())
        return Promise.reject(new TypeError('offline'))
      },
      ...options,
    })
    const done = breaker.flush()
    await vi.runAllTimersAsync()
    await done
    expect(errors).toEqual([new Error('webhook not delivered: offline')])
    expect(Date.now()).toBe(at.at(-1)) // after the last one nobody waits
    return at.slice(1).map((time, i) => time - (at[i] ?? 0))
  }

  test('it pauses for half a second, then twice as long each time', async () => {
    const limits = vi.spyOn(AbortSignal, 'timeout')
    expect(await pausesOf({})).toEqual([500, 1_000, 2_000, 4_000])
    expect(limits.mock.calls).toEqual(Array.from({ length: 5 }, () => [10_000]))
  })

  test('never longer than a timer can wait, at which it would not pause at all', async () => {
    const pauses = await pausesOf({ attempts: 40, backoffMs: 1_000 })
    expect(pauses).toHaveLength(39)
    expect(pauses).toEqual([...pauses].sort((a, b) => a - b))
  })
})

describe('a wrong option does not show', () => {
  const hidden = 'k3y-that-nobody-may-see'
  const messageOf = (options: Partial<WebhookListenerOptions>): string => {
    try {
      new WebhookListener({ url, ...options })
      return 'no error'
    } catch (error) {
      return String(error)
    }
  }

  test('the secret', () => {
    const secret = new TextEncoder().encode(hidden) as never
    expect(messageOf({ secret })).toBe(
      'TypeError: WebhookListener: secret must be a non-empty string, got "object"',
    )
    expect(messageOf({ secret: '' })).toContain('got ""')
  })

  test('the value of a header', () => {
    const headers = { accept: '*/*', authorization: `Bearer ${hidden}\n\u0000` }
    expect(messageOf({ headers })).toBe(
      'TypeError: WebhookListener: headers must be valid header names and values, got "authorization"',
    )
  })

  test('the password in a URL, which fetch would refuse', () => {
    for (const user of [`ops:${hidden}`, `:${hidden}`, hidden]) {
      expect(messageOf({ url: `https://${user}@ops.example/${hidden}` })).toBe(
        'RangeError: WebhookListener: url must be one without a user and password (use headers), got "https://ops.example"',
      )
    }
  })
})
