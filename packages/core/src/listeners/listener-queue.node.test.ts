import { AsyncLocalStorage } from 'node:async_hooks'
import { Deferred } from '@fluxgate/testkit/deferred'
import { microtasks } from '@fluxgate/testkit/microtasks'
import { afterEach, describe, expect, test, vi } from 'vitest'
import { CircuitBreaker } from '../circuit-breaker.ts'
import { ManualClock } from '../testing/manual-clock.ts'

const endless = () => new Promise<void>(() => {})

afterEach(() => {
  vi.restoreAllMocks() // first: a spy on a fake timer restores the fake
  vi.useRealTimers()
})

describe('the async context', () => {
  test('of a delivery is that of the call that caused the signal, also when it waited', async () => {
    const context = new AsyncLocalStorage<string>()
    const received: (string | undefined)[] = []
    const first = new Deferred()
    const breaker = new CircuitBreaker({
      name: 'payments',
      listeners: [
        async () => {
          received.push(context.getStore())
          if (received.length === 1) await first.promise
        },
      ],
    })
    context.run('request 1', () => breaker.disable())
    context.run('request 2', () => breaker.forceOpen())
    context.run('request 3', () => breaker.reset())
    context.run('another request', () => first.resolve())
    await breaker.flush()
    expect(received).toEqual(['request 1', 'request 2', 'request 3'])
  })
})

describe('a signal that waits for a delivery', () => {
  test('is delivered by a timer after 30 s, which does not keep the process alive', async () => {
    vi.useFakeTimers()
    const received: string[] = []
    const breaker = new CircuitBreaker({
      name: 'payments',
      listeners: [
        ({ newState }) => {
          received.push(newState)
          return newState === 'disabled' ? endless() : undefined
        },
      ],
    })
    breaker.disable()
    expect(vi.getTimerCount()).toBe(0)
    const timers = vi.spyOn(globalThis, 'setTimeout')
    breaker.forceOpen()
    breaker.reset()
    expect(timers.mock.results.map(({ value }) => value.hasRef())).toEqual([false])
    await vi.advanceTimersByTimeAsync(30_000)
    expect(received).toEqual(['disabled'])
    await vi.advanceTimersByTimeAsync(1)
    expect(received).toEqual(['disabled', 'forced_open', 'closed'])
    expect(vi.getTimerCount()).toBe(0)
  })

  test('ends a flush() with false when it is skipped', async () => {
    vi.useFakeTimers()
    const breaker = new CircuitBreaker({ name: 'payments', listeners: [endless] })
    breaker.disable()
    breaker.forceOpen()
    const flushed = breaker.flush()
    await vi.advanceTimersByTimeAsync(30_001)
    breaker.reset()
    await vi.advanceTimersByTimeAsync(60_000)
    breaker.dispose()
    await expect(flushed).resolves.toBe(false)
  })

  test('uses the timers of the clock when it has them', async () => {
    const timers: [() => void, number][] = []
    let cancelled = 0
    const clock = Object.assign(new ManualClock(), {
      setTimeout(callback: () => void, ms: number) {
        timers.push([callback, ms])
        return () => void cancelled++
      },
    })
    const received: string[] = []
    const work = new Deferred()
    const breaker = new CircuitBreaker({
      name: 'payments',
      clock,
      listeners: [
        ({ newState }) => {
          received.push(newState)
          return newState === 'disabled' ? endless() : work.promise
        },
      ],
    })
    breaker.disable()
    clock.advance(10_000)
    breaker.forceOpen()
    breaker.reset()
    expect(timers.map(([, ms]) => ms)).toEqual([20_001])
    timers[0]?.[0]()
    await microtasks()
    expect(received).toEqual(['disabled', 'forced_open'])
    expect(timers.map(([, ms]) => ms)).toEqual([20_001, 30_001])
    work.resolve()
    await breaker.flush()
    expect(cancelled).toBe(1)
  })

  test('is not skipped by the timer of an earlier delivery that a clock did not cancel', async () => {
    const timers: (() => void)[] = []
    const clock = Object.assign(new ManualClock(), {
      setTimeout(callback: () => void) {
        timers.push(callback)
        return () => {} // cancels nothing
      },
    })
    const deliveries: Deferred[] = []
    const breaker = new CircuitBreaker({
      name: 'payments',
      clock,
      listeners: [
        () => {
          const delivery = new Deferred()
          deliveries.push(delivery)
          return delivery.promise
        },
      ],
    })
    breaker.disable()
    breaker.forceOpen()
    deliveries[0]?.resolve()
    await microtasks()
    expect([deliveries.length, timers.length]).toEqual([2, 1])
    const flushed = breaker.flush()
    timers[0]?.()
    breaker.reset()
    await microtasks()
    expect(deliveries).toHaveLength(2)
    deliveries[1]?.resolve()
    await microtasks()
    deliveries[2]?.resolve()
    await expect(flushed).resolves.toBe(true)
  })
})

describe('a pending flush()', () => {
  test('resolves with false when a delivery was skipped meanwhile, also if the others settled', async () => {
    const clock = new ManualClock()
    const work = new Deferred()
    const breaker = new CircuitBreaker({
      name: 'payments',
      clock,
      listeners: [({ newState }) => (newState === 'disabled' ? endless() : work.promise)],
    })
    breaker.disable()
    breaker.forceOpen()
    const flushed = breaker.flush()
    clock.advance(30_001)
    breaker.reset()
    work.resolve()
    await expect(flushed).resolves.toBe(false)
    await expect(breaker.flush()).resolves.toBe(true)
  })

  test('resolves with false when the next signal skips a delivery, before a timer does', async () => {
    vi.useFakeTimers()
    let now = 0
    const breaker = new CircuitBreaker({
      name: 'payments',
      clock: { now: () => now, timestamp: () => now },
      listeners: [({ newState }) => (newState === 'disabled' ? endless() : undefined)],
    })
    breaker.disable()
    const flushed = breaker.flush()
    now = 30_001
    breaker.reset()
    await expect(flushed).resolves.toBe(false)
  })

  test('goes on when the time of another is up', async () => {
    vi.useFakeTimers()
    const work = new Deferred()
    const breaker = new CircuitBreaker({ name: 'payments', listeners: [() => work.promise] })
    breaker.disable()
    const [short, long] = [breaker.flush({ timeoutMs: 1_000 }), breaker.flush()]
    await vi.advanceTimersByTimeAsync(1_000)
    await expect(short).resolves.toBe(false)
    work.resolve()
    await expect(long).resolves.toBe(true)
  })

  test('leaves no timer when it has resolved', async () => {
    vi.useFakeTimers()
    const work = new Deferred()
    const breaker = new CircuitBreaker({ name: 'payments', listeners: [() => work.promise] })
    breaker.disable()
    const flushed = breaker.flush({ timeoutMs: 60_000 })
    expect(vi.getTimerCount()).toBe(1)
    work.resolve()
    await expect(flushed).resolves.toBe(true)
    expect(vi.getTimerCount()).toBe(0)
  })

  test('ends after the longest delay of a timer, and uses no timer for a longer time', async () => {
    vi.useFakeTimers()
    const breaker = new CircuitBreaker({ name: 'payments', listeners: [endless] })
    breaker.disable()
    void breaker.flush({ timeoutMs: 2_147_483_648 })
    expect(vi.getTimerCount()).toBe(0)
    const flushed = breaker.flush({ timeoutMs: 2_147_483_647 })
    expect(vi.getTimerCount()).toBe(1)
    breaker.dispose()
    await expect(flushed).resolves.toBe(false)
  })
})
