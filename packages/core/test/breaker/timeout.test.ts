import { Deferred } from '@fluxgate/testkit/deferred'
import { microtasks } from '@fluxgate/testkit/microtasks'
import { Rig } from '@fluxgate/testkit/rig'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { anyError, errorType, resultWhere, TimeoutError } from '../../src/index.ts'

const forever = () => new Promise<never>(() => {})

beforeEach(() => void vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] }))
afterEach(() => void vi.useRealTimers())

/** Lets time pass for the timer and for the circuit. */
const pass = (rig: Rig, ms: number) => {
  rig.clock.advance(ms)
  vi.advanceTimersByTime(ms)
}

describe('after timeoutMs', () => {
  test('the call rejects, not a millisecond before', async () => {
    const rig = new Rig({ timeoutMs: 100 })
    const settled = vi.fn()
    const called = rig.breaker.call(forever).catch(settled)
    pass(rig, 99)
    await microtasks()
    expect(settled).not.toHaveBeenCalled()
    pass(rig, 1)
    await called
    expect(settled.mock.calls).toEqual([[expect.any(TimeoutError)]])
    expect(settled.mock.calls[0]?.[0]).toMatchObject({
      name: 'TimeoutError',
      message: 'call through circuit "payments" took longer than 100 ms',
      circuitName: 'payments',
      timeoutMs: 100,
    })
    expect(rig.breaker.inFlight).toBe(0)
  })

  test('ctx.signal aborts, with that error as its reason', async () => {
    const rig = new Rig({ timeoutMs: 100 })
    let seen: AbortSignal | undefined
    const called = rig.breaker.call(({ signal }) => {
      seen = signal
      return forever()
    })
    expect(seen?.aborted).toBe(false)
    pass(rig, 100)
    const error = await called.catch((caught: unknown) => caught)
    expect(seen?.reason).toBe(error)
  })

  test('with a signal of the caller too', async () => {
    const rig = new Rig({ timeoutMs: 100 })
    const { signal } = new AbortController()
    let seen: AbortSignal | undefined
    const called = rig.breaker.call(
      (ctx) => {
        seen = ctx.signal
        return forever()
      },
      { signal },
    )
    pass(rig, 100)
    await expect(called).rejects.toBeInstanceOf(TimeoutError)
    expect(seen?.aborted).toBe(true)
    expect(signal.aborted).toBe(false)
  })

  test('each call has a signal of its own', async () => {
    const rig = new Rig()
    const seen: (AbortSignal | undefined)[] = []
    const run = (timeoutMs: number) =>
      rig.breaker
        .call(
          ({ signal }) => {
            seen.push(signal)
            return forever()
          },
          { timeoutMs },
        )
        .catch(() => {})
    const short = run(100)
    void run(200)
    pass(rig, 100)
    await short
    expect(seen.map((signal) => signal?.aborted)).toEqual([true, false])
  })

  test('the time it took is recorded: timeouts are slow', async () => {
    const rig = new Rig({ timeoutMs: 30_000 })
    const called = rig.breaker.call(forever).catch(() => {})
    pass(rig, 30_000)
    await called
    expect(rig.breaker.snapshot().metrics).toMatchObject({
      total: 1,
      failures: 1,
      avgDurationMs: 30_000,
    })
    expect(rig.events).toEqual([
      expect.objectContaining({
        outcome: 'failure',
        durationMs: 30_000,
        error: expect.any(TimeoutError),
      }),
    ])
  })

  test.each([
    ['matches it', errorType(TimeoutError), 'failure'],
    ['does not match it', errorType(TypeError), 'ignored'],
    ['judges results only', resultWhere(() => true), 'ignored'],
  ])('a tracker that %s decides: %s', async (_, tracker, outcome) => {
    const rig = new Rig({ timeoutMs: 100, tracker })
    const called = rig.breaker.call(forever)
    pass(rig, 100)
    await expect(called).rejects.toBeInstanceOf(TimeoutError)
    expect(rig.events[0]).toMatchObject({ outcome })
  })

  test('three of them open the circuit, with the last as cause', async () => {
    const rig = new Rig({ timeoutMs: 100 })
    const calls = [1, 2, 3].map(() => rig.breaker.call(forever).catch((error: unknown) => error))
    pass(rig, 100)
    const errors = await Promise.all(calls)
    expect(rig.breaker.state).toBe('open')
    await expect(rig.breaker.call(forever)).rejects.toMatchObject({ cause: errors[2] })
  })
})

describe('the limit of the call goes before that of the breaker', () => {
  test.each([50, 500])('%i instead of 100', async (timeoutMs) => {
    const rig = new Rig({ timeoutMs: 100 })
    const called = rig.breaker.call(forever, { timeoutMs }).catch((error: unknown) => error)
    pass(rig, timeoutMs - 1)
    expect(rig.breaker.inFlight).toBe(1)
    pass(rig, 1)
    expect(await called).toMatchObject({ timeoutMs })
  })

  test('and so does that of wrap', async () => {
    const rig = new Rig({ timeoutMs: 100 })
    const called = rig.breaker.wrap(forever, { timeoutMs: 50 })()
    pass(rig, 50)
    await expect(called).rejects.toMatchObject({ timeoutMs: 50 })
  })

  test('callSync has none', () => {
    const rig = new Rig({ timeoutMs: 100 })
    expect(rig.breaker.callSync(() => pass(rig, 1_000))).toBeUndefined()
    expect(rig.breaker.snapshot().metrics).toMatchObject({ total: 1, failures: 0 })
  })
})

describe('the timer is always cleared', () => {
  test.each([
    ['a value', () => 1],
    ['a promise', async () => 1],
    ['a rejection', () => Promise.reject(new Error('down'))],
    ['a throw', () => callThatThrows()],
  ])('after %s', async (_, fn: () => unknown) => {
    const { breaker } = new Rig({ timeoutMs: 60_000 })
    const called = breaker.call(fn).catch(() => {})
    await called
    expect(vi.getTimerCount()).toBe(0)
  })

  test('while the call is under way there is one', () => {
    void new Rig({ timeoutMs: 60_000 }).breaker.call(forever)
    expect(vi.getTimerCount()).toBe(1)
  })

  test('after an abort', async () => {
    const controller = new AbortController()
    const called = new Rig({ timeoutMs: 60_000 }).breaker.call(forever, {
      signal: controller.signal,
    })
    controller.abort('bye')
    expect(vi.getTimerCount()).toBe(0)
    await expect(called).rejects.toBe('bye')
  })

  test('and never set by a call that is not let in', async () => {
    const { breaker } = new Rig({ timeoutMs: 60_000 }).enter('open')
    await breaker.call(forever).catch(() => {})
    await breaker.call(forever, { signal: AbortSignal.abort() }).catch(() => {})
    expect(vi.getTimerCount()).toBe(0)
  })

  const callThatThrows = () => {
    throw new Error('down')
  }
})

describe('what fn does after its time', () => {
  test.each(['resolve', 'reject'] as const)('a late %s is swallowed', async (end) => {
    const tracker = anyError().or(resultWhere(() => true))
    const rig = new Rig({ timeoutMs: 100, tracker })
    const fallback = vi.fn(() => 'cached')
    const work = new Deferred<unknown>()
    const called = rig.breaker.call(() => work.promise, { fallback })
    pass(rig, 100)
    expect(await called).toBe('cached')
    const after = rig.breaker.snapshot()
    // nobody else listens to this promise: left unhandled, its rejection would fail the run
    work[end](new Error('late'))
    await microtasks()
    expect(rig.breaker.snapshot()).toBe(after)
    expect(rig.events).toHaveLength(1)
    expect(fallback).toHaveBeenCalledTimes(1)
  })

  test('an abort of the caller after its time changes nothing', async () => {
    const rig = new Rig({ timeoutMs: 100 })
    const controller = new AbortController()
    const called = rig.breaker.call(forever, { signal: controller.signal })
    pass(rig, 100)
    controller.abort('too late')
    await expect(called).rejects.toBeInstanceOf(TimeoutError)
    expect(rig.events).toHaveLength(1)
  })

  test('a late probe counts once, as the timeout it was', async () => {
    const rig = new Rig({ timeoutMs: 100, probes: 1 }).enter('half_open')
    const work = new Deferred<number>()
    const called = rig.breaker.call(() => work.promise).catch(() => {})
    pass(rig, 100)
    await called
    expect(rig.breaker.state).toBe('open')
    work.resolve(1)
    await microtasks()
    expect(rig.breaker.state).toBe('open')
  })
})
