import { Deferred } from '@fluxgate/testkit/deferred'
import { Rig } from '@fluxgate/testkit/rig'
import { thenable } from '@fluxgate/testkit/thenable'
import { describe, expect, test, vi } from 'vitest'
import {
  anyError,
  CallNotPermittedError,
  CircuitBreaker,
  errorType,
  failureRate,
  resultWhere,
} from '../../src/index.ts'

describe('what fn returns is what the caller gets', () => {
  const object = { paid: true }
  test.each([
    ['a value', () => object],
    ['a promise', () => Promise.resolve(object)],
    ['the promise of an async function', async () => object],
    ['a thenable', () => thenable(object)],
  ])('%s, the very same', async (_, fn: () => object | PromiseLike<object>) => {
    const { breaker } = new Rig()
    expect(await breaker.call(fn)).toBe(object)
    expect(breaker.snapshot().metrics).toMatchObject({ total: 1, failures: 0 })
  })

  test.each([undefined, null, 0, '', false])('%s', async (value) => {
    const { breaker } = new Rig()
    expect(await breaker.call(async () => value)).toBe(value)
  })

  test('an error that is returned is a value', async () => {
    const { breaker } = new Rig()
    const error = new Error('returned')
    expect(await breaker.call(() => error)).toBe(error)
    expect(breaker.snapshot().metrics.failures).toBe(0)
  })
})

describe('what fn throws is what the caller gets', () => {
  const errors = [new Error('down'), new TypeError('bad'), 'a string', 0, null, undefined]
  test.each(errors)('%s, thrown or rejected', async (error) => {
    const { breaker } = new Rig()
    const thrown = breaker.call(() => {
      throw error
    })
    const rejected = breaker.call(() => Promise.reject(error))
    expect(await thrown.then(unexpected, (caught) => [caught])).toEqual([error])
    expect(await rejected.then(unexpected, (caught) => caught)).toBe(error)
    expect(breaker.snapshot().metrics).toMatchObject({ total: 2, failures: 2 })
  })

  test('untouched: nothing is added to the error', async () => {
    const error = Object.freeze(new Error('down'))
    await expect(new Rig().breaker.call(() => Promise.reject(error))).rejects.toBe(error)
  })

  const unexpected = (value: unknown) => {
    throw new Error(`resolved with ${value}`)
  }
})

describe('fn', () => {
  test('runs once, before call returns', () => {
    const fn = vi.fn(() => 1)
    void new Rig().breaker.call(fn)
    expect(fn).toHaveBeenCalledTimes(1)
  })

  test('is given a context without a signal when there is nothing to signal', async () => {
    const fn = vi.fn((_ctx: { signal?: AbortSignal }) => 1)
    const { breaker } = new Rig()
    await breaker.call(fn)
    await breaker.call(fn, {})
    expect(fn.mock.calls).toEqual([[{}], [{}]])
  })

  test('calls run side by side, each settled in its own time', async () => {
    const { breaker } = new Rig()
    const works = [new Deferred<number>(), new Deferred<number>(), new Deferred<number>()]
    const calls = works.map((work) => breaker.call(() => work.promise))
    expect(breaker.inFlight).toBe(3)
    works[2]?.resolve(2)
    expect(await calls[2]).toBe(2)
    expect(breaker.inFlight).toBe(2)
    works[0]?.resolve(0)
    works[1]?.reject('down')
    expect(await Promise.allSettled(calls)).toEqual([
      { status: 'fulfilled', value: 0 },
      { status: 'rejected', reason: 'down' },
      { status: 'fulfilled', value: 2 },
    ])
    expect(breaker.inFlight).toBe(0)
  })
})

describe('every recorded outcome is timed', () => {
  test.each(['resolve', 'reject'] as const)('%s', async (end) => {
    const { breaker, clock, events } = new Rig()
    const work = new Deferred<unknown>()
    const called = breaker.call(() => work.promise).catch(() => {})
    clock.advance(1_234.5)
    work[end]('done')
    await called
    expect(breaker.snapshot().metrics).toMatchObject({
      totalDurationMs: 1_234.5,
      avgDurationMs: 1_234.5,
    })
    expect(events[0]?.durationMs).toBe(1_234.5)
  })
})

describe('the tracker', () => {
  test('an error it does not match is ignored: thrown, counted nowhere', async () => {
    const { breaker, events } = new Rig({ tracker: errorType(TypeError) })
    const error = new RangeError('not mine')
    await expect(breaker.call(() => Promise.reject(error))).rejects.toBe(error)
    expect(breaker.snapshot().metrics.total).toBe(0)
    expect(events).toEqual([expect.objectContaining({ outcome: 'ignored', error, stale: false })])
    await breaker.call(() => Promise.reject(new TypeError('mine'))).catch(() => {})
    expect(breaker.snapshot().metrics).toMatchObject({ total: 1, failures: 1 })
  })

  test('an ignored error ends no failure streak', () => {
    const rig = new Rig({ tracker: errorType(TypeError) })
    rig.fail(2, new TypeError('mine'))
    rig.fail(1, new RangeError('not mine'))
    expect(rig.breaker.snapshot().metrics.failureStreak).toBe(2)
  })

  test('a result it matches is a failure that the caller gets as it is', async () => {
    const tracker = anyError().or(resultWhere<Response>((response) => response.status >= 500))
    const { breaker, events } = new Rig({ tracker })
    const response = new Response('body', { status: 503 })
    expect(await breaker.call(() => response)).toBe(response)
    expect(await response.text()).toBe('body')
    expect(breaker.snapshot().metrics).toMatchObject({ total: 1, failures: 1 })
    expect(events[0]).toMatchObject({ outcome: 'failure' })
    await breaker.call(() => new Response('', { status: 404 }))
    expect(breaker.snapshot().metrics).toMatchObject({ total: 2, failures: 1 })
  })
})

describe('breakers in breakers', () => {
  const nested = (options: ConstructorParameters<typeof Rig>[0]) => {
    const inner = new CircuitBreaker({ name: 'inner' })
    inner.forceOpen()
    const outer = new Rig({ tripper: failureRate(0.1), ...options })
    return { inner, outer, call: () => outer.breaker.call(() => inner.call(() => 1)) }
  }

  test('do not cascade: the rejection of one is ignored by the other', async () => {
    const { outer, call } = nested({})
    await expect(call()).rejects.toMatchObject({ circuitName: 'inner' })
    expect(outer.breaker.snapshot()).toMatchObject({ state: 'closed', metrics: { total: 0 } })
    expect(outer.events[0]).toMatchObject({ circuitName: 'payments', outcome: 'ignored' })
  })

  test('nor with a tracker that matches every error', async () => {
    const { outer, call } = nested({ tracker: errorType(Error) })
    await call().catch(() => {})
    expect(outer.breaker.state).toBe('closed')
  })

  test('cascade when that is asked for by name', async () => {
    const { outer, call } = nested({ tracker: errorType(CallNotPermittedError) })
    await call().catch(() => {})
    expect(outer.breaker.state).toBe('open')
  })
})

describe('wrong arguments reject with an error that names them, and take no permit', () => {
  const { breaker, events } = new Rig()
  const fn = vi.fn(() => 1)
  test.each([
    [[undefined], TypeError, 'call: fn must be a function, got undefined'],
    [
      ['https://example.test'],
      TypeError,
      'call: fn must be a function, got "https://example.test"',
    ],
    [[Promise.resolve()], TypeError, 'call: fn must be a function, got Promise'],
    [[fn, { timeout: 5 }], TypeError, 'got "timeout"'],
    [[fn, { timeoutMs: 0 }], RangeError, 'call: timeoutMs must be'],
    [[fn, { timeoutMs: '5' }], TypeError, 'got "5"'],
    [[fn, { timeoutMs: Number.POSITIVE_INFINITY }], RangeError, 'got Infinity'],
    [[fn, { timeoutMs: 2 ** 31 }], RangeError, 'got 2147483648'],
    [[fn, { signal: {} }], TypeError, 'call: signal must be an AbortSignal, got {}'],
    [[fn, { signal: new AbortController() }], TypeError, 'an AbortSignal, got AbortController'],
    [[fn, { signal: null }], TypeError, 'call: signal must be an AbortSignal, got null'],
    [[fn, { fallback: 5 }], TypeError, 'call: fallback must be a function, got 5'],
    [[fn, 5], TypeError, 'call: options must be an object, got 5'],
  ])('%j', async (args, type, message) => {
    const called = breaker.call(...(args as [never]))
    await expect(called).rejects.toThrow(type)
    await expect(called).rejects.toThrow(message)
    expect(fn).not.toHaveBeenCalled()
    expect(events).toEqual([])
    expect(breaker.inFlight).toBe(0)
  })
})
