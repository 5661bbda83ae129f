import { inspect } from 'node:util'
import {
  CircuitBreaker,
  CircuitRegistry,
  errorWhere,
  failureStreak,
  isCallNotPermitted,
} from '@fluxgate/core'
import { createFetch } from '@fluxgate/core/fetch'
import { ManualClock } from '@fluxgate/core/testing'
import axios from 'axios'
import ky from 'ky'
import { describe, expect, test } from 'vitest'

// Programs of users that went wrong with earlier versions or with other circuit breakers.

/** Nothing listens on this port. */
const REFUSED = 'http://127.0.0.1:1/'

const errorOf = (call: Promise<unknown>) => call.then(undefined, (error: unknown) => error)

describe('a circuit recovers', () => {
  test('when one guarded method calls another', async () => {
    const clock = new ManualClock()
    const breaker = new CircuitBreaker({ name: 'shop', clock })
    const token = breaker.wrap(async () => 'token')
    const items = breaker.wrap(async () => [await token(), 'items'])
    breaker.trip({ forMs: 1 })
    clock.advance(1)
    let succeeded = 0
    for (let i = 0; i < 20; i++) {
      clock.advance(1_000)
      await items().then(() => succeeded++, isCallNotPermitted)
    }
    expect(breaker.state).toBe('closed')
    expect(succeeded).toBeGreaterThan(15)
  })

  test('when a guarded fetch gets its token through itself', async () => {
    const registry = new CircuitRegistry({ defaults: { probes: 1 } })
    const guarded = createFetch({
      registry,
      fetch: async (input, init) => {
        const { pathname } = new URL(String(input))
        if (pathname === '/token') return new Response('token')
        const token = await (await guarded('https://api.example/token', init ?? {})).text()
        return new Response(`items for ${token}`)
      },
    })
    registry.get('https://api.example').halfOpen()
    for (let i = 0; i < 3; i++) await errorOf(guarded('https://api.example/items'))
    expect(registry.get('https://api.example').state).toBe('closed')
    const response = await guarded('https://api.example/items')
    expect(await response.text()).toBe('items for token')
  })

  test('when every answer takes longer than a lease', async () => {
    const clock = new ManualClock()
    const model = new CircuitBreaker({ name: 'llm', clock })
    model.halfOpen()
    for (let i = 0; i < 3; i++) {
      await model.call(
        async () => {
          clock.advance(90_000)
        },
        { timeoutMs: 120_000 },
      )
    }
    expect(model.state).toBe('closed')
  })

  test('when healthy answers are errors of the client', async () => {
    const clock = new ManualClock()
    const cache = new CircuitBreaker({ name: 'cache', clock })
    cache.halfOpen()
    const miss = () => Promise.reject(Object.assign(new Error('no such key'), { status: 404 }))
    for (let i = 0; i < 3; i++) await errorOf(cache.call(miss))
    expect(cache.state).toBe('closed')
  })
})

test('a time limit above the default lease needs no other option', () => {
  expect(new CircuitBreaker({ name: 'llm', timeoutMs: 120_000 }).toJSON()).toMatchObject({
    timeoutMs: 120_000,
    probeLeaseMs: 120_000,
  })
})

test('a circuit stays closed when 98 % of the answers are 404 and 2 % are 503', async () => {
  const options = [{}, { tracker: errorWhere<{ status: number }>(({ status }) => status >= 500) }]
  for (const option of options) {
    const breaker = new CircuitBreaker({ name: 'api', ...option })
    for (let i = 1; i <= 1_000; i++) {
      const status = i % 50 === 0 ? 503 : 404
      await errorOf(breaker.call(() => Promise.reject({ status })))
    }
    expect(breaker.state).toBe('closed')
    expect(breaker.snapshot().metrics).toMatchObject({ total: 100, failures: 2 })
  }
})

describe('a rejection that a client wraps', () => {
  const registry = new CircuitRegistry()
  const fetch = createFetch({ registry })
  registry.get('http://a.example').forceOpen()
  const url = 'http://a.example/'
  const clients: Record<string, () => Promise<unknown>> = {
    axios: () => axios.create({ adapter: 'fetch', env: { fetch } }).get(url),
    ky: () => ky.create({ fetch, retry: 0 }).get(url).text(),
    'Promise.any': () => Promise.any([fetch(url), fetch(url)]),
  }

  test.each(Object.entries(clients))('by %s is recognised and ignored', async (_, request) => {
    const outer = new CircuitBreaker({ name: 'outer', tripper: failureStreak(1) })
    for (let i = 0; i < 10; i++) {
      expect(isCallNotPermitted(await errorOf(outer.call(request)))).toBe(true)
    }
    expect(outer.state).toBe('closed')
    expect(outer.snapshot().metrics).toMatchObject({ total: 0, ignored: 10 })
  })
})

test('a user who types and aborts does not open the circuit', async () => {
  const search = new CircuitBreaker({ name: 'search', tripper: failureStreak(1) })
  for (let i = 0; i < 10; i++) {
    const controller = new AbortController()
    const call = search.call(() => fetch(REFUSED, { signal: controller.signal }))
    controller.abort()
    expect(await errorOf(call)).toMatchObject({ name: 'AbortError' })
  }
  expect(search.state).toBe('closed')
  expect(search.snapshot().metrics).toMatchObject({ total: 0, ignored: 10 })
})

test('AbortSignal.timeout() opens the circuit of a service that hangs', async () => {
  const breaker = new CircuitBreaker({ name: 'api', tripper: failureStreak(3) })
  for (let i = 0; i < 3; i++) {
    const call = breaker.call(() => new Promise(() => {}), { signal: AbortSignal.timeout(5) })
    expect(await errorOf(call)).toMatchObject({ name: 'TimeoutError' })
  }
  expect(breaker.state).toBe('open')
})

test('the rejection of one user does not show the request of another', async () => {
  const breaker = new CircuitBreaker({ name: 'crm', tripper: failureStreak(1) })
  const headers = { authorization: 'Bearer hunter2' }
  const url = `${REFUSED}bot123:hunter2/charge`
  const first = await errorOf(
    breaker.call(() => axios.post(url, { card: '4111' }, { headers, proxy: false })),
  )
  expect(inspect(first)).toContain('4111')
  const second = await errorOf(breaker.call(() => 'answer'))
  expect(isCallNotPermitted(second)).toBe(true)
  for (const text of [inspect(second, { depth: 10 }), JSON.stringify(second)]) {
    expect(text).not.toMatch(/4111|hunter2|charge/)
  }
})
