import { Deferred } from '@fluxgate/testkit/deferred'
import { microtasks } from '@fluxgate/testkit/microtasks'
import { COOLDOWN_MS, Rig } from '@fluxgate/testkit/rig'
import { describe, expect, test, vi } from 'vitest'
import { anyError, failureRate, resultWhere } from '../../src/index.ts'

const forever = () => new Promise<never>(() => {})

describe('an already aborted signal', () => {
  test('rejects with its reason, takes no permit, and fn does not run', async () => {
    const { breaker, events } = new Rig({ probes: 1 })
    const reason = { why: 'navigated away' }
    const fn = vi.fn()
    const fallback = vi.fn()
    const called = breaker.call(fn, { signal: AbortSignal.abort(reason), fallback })
    await expect(called).rejects.toBe(reason)
    expect(fn).not.toHaveBeenCalled()
    expect(fallback).not.toHaveBeenCalled()
    expect(events).toEqual([])
    expect(breaker.inFlight).toBe(0)
  })

  test('does not wake an open circuit', async () => {
    const { breaker, clock } = new Rig().enter('open')
    clock.advance(COOLDOWN_MS)
    await breaker.call(forever, { signal: AbortSignal.abort() }).catch(() => {})
    expect(breaker.state).toBe('open')
  })

  test('takes no probe slot', async () => {
    const { breaker } = new Rig({ probes: 1 }).enter('half_open')
    await breaker.call(forever, { signal: AbortSignal.abort() }).catch(() => {})
    expect(breaker.tryAcquire()).toBeDefined()
  })
})

describe('aborted during the call', () => {
  test('rejects at once with the reason, though fn never settles', async () => {
    const { breaker } = new Rig()
    const controller = new AbortController()
    const called = breaker.call(forever, { signal: controller.signal })
    const reason = new Error('user left')
    controller.abort(reason)
    await expect(called).rejects.toBe(reason)
    expect(breaker.inFlight).toBe(0)
  })

  test('without a reason: an AbortError', async () => {
    const controller = new AbortController()
    const called = new Rig().breaker.call(forever, { signal: controller.signal })
    controller.abort()
    await expect(called).rejects.toMatchObject({ name: 'AbortError' })
  })

  test('is counted nowhere and told as aborted', async () => {
    const { breaker, events, clock } = new Rig({
      tripper: failureRate(0.01),
      tracker: anyError().or(resultWhere(() => true)),
    })
    const before = breaker.snapshot()
    const controller = new AbortController()
    const called = breaker.call(forever, { signal: controller.signal }).catch(() => {})
    clock.advance(30)
    controller.abort('bye')
    await called
    expect(breaker.snapshot()).toBe(before)
    expect(events).toEqual([
      {
        circuitName: 'payments',
        outcome: 'aborted',
        durationMs: 30,
        state: 'closed',
        timestamp: clock.timestamp(),
        stale: false,
        error: 'bye',
      },
    ])
  })

  test.each(['resolve', 'reject'] as const)('a later %s of fn is swallowed', async (end) => {
    const { breaker, events } = new Rig()
    const controller = new AbortController()
    const work = new Deferred<unknown>()
    const called = breaker.call(() => work.promise, { signal: controller.signal })
    controller.abort('bye')
    await expect(called).rejects.toBe('bye')
    work[end](new Error('late'))
    await microtasks()
    expect(events).toHaveLength(1)
    expect(breaker.snapshot().metrics.total).toBe(0)
  })

  test('fn that throws the reason when its signal aborts: still aborted', async () => {
    const { breaker, events } = new Rig()
    const controller = new AbortController()
    const called = breaker.call(
      ({ signal }) =>
        new Promise((_, reject) => {
          signal?.addEventListener('abort', () => reject(signal.reason))
        }),
      { signal: controller.signal },
    )
    controller.abort()
    await expect(called).rejects.toMatchObject({ name: 'AbortError' })
    expect(events.map(({ outcome }) => outcome)).toEqual(['aborted'])
  })

  test('by fn itself, before it returns', async () => {
    const { breaker, events } = new Rig()
    const controller = new AbortController()
    const called = breaker.call(
      () => {
        controller.abort('from inside')
        return 'value'
      },
      { signal: controller.signal },
    )
    await expect(called).rejects.toBe('from inside')
    expect(events.map(({ outcome }) => outcome)).toEqual(['aborted'])
  })

  test('by a listener, while the call is being let in', async () => {
    const rig = new Rig({ probes: 1 }).enter('open')
    rig.clock.advance(COOLDOWN_MS)
    const controller = new AbortController()
    rig.breaker.subscribe(() => controller.abort('from a listener'))
    const called = rig.breaker.call(forever, { signal: controller.signal })
    await expect(called).rejects.toBe('from a listener')
    expect(rig.breaker.snapshot()).toMatchObject({ state: 'half_open', permitted: true })
  })

  test('an error of fn that comes first is an error, not an abort', async () => {
    const { breaker, events } = new Rig()
    const controller = new AbortController()
    const error = new Error('down')
    const called = breaker.call(() => Promise.reject(error), { signal: controller.signal })
    await expect(called).rejects.toBe(error)
    controller.abort()
    expect(events.map(({ outcome }) => outcome)).toEqual(['failure'])
  })
})

describe('ctx.signal', () => {
  test("is the caller's own where there is no time limit", async () => {
    const { signal } = new AbortController()
    expect(await new Rig().breaker.call((ctx) => ctx.signal, { signal })).toBe(signal)
  })

  test('with a time limit too, it aborts with the caller', async () => {
    const controller = new AbortController()
    let seen: AbortSignal | undefined
    const called = new Rig().breaker.call(
      (ctx) => {
        seen = ctx.signal
        return forever()
      },
      { signal: controller.signal, timeoutMs: 60_000 },
    )
    expect(seen?.aborted).toBe(false)
    controller.abort('bye')
    expect([seen?.aborted, seen?.reason]).toEqual([true, 'bye'])
    await expect(called).rejects.toBe('bye')
  })

  test.each([undefined, 60_000])(
    'still aborts a body that is read after the call has settled (timeoutMs %s)',
    async (timeoutMs) => {
      const controller = new AbortController()
      const body = await new Rig().breaker.call(({ signal }) => endlessBody(signal), {
        signal: controller.signal,
        timeoutMs,
      })
      const reader = body.getReader()
      expect((await reader.read()).value).toBe('first chunk')
      const next = reader.read()
      controller.abort('enough')
      await expect(next).rejects.toBe('enough')
    },
  )

  /** A response body as fetch makes them: it fails when the signal aborts. */
  function endlessBody(signal: AbortSignal | undefined): ReadableStream<string> {
    return new ReadableStream({
      start(stream) {
        stream.enqueue('first chunk')
        signal?.addEventListener('abort', () => stream.error(signal.reason))
      },
    })
  }
})

describe('no abort listener outlives its call', () => {
  function instrumented() {
    const controller = new AbortController()
    const added = vi.spyOn(controller.signal, 'addEventListener')
    const removed = vi.spyOn(controller.signal, 'removeEventListener')
    const left = () => {
      const open = added.mock.calls.map(([type, listener]) => [type, listener])
      for (const [type, listener] of removed.mock.calls) {
        const at = open.findIndex((one) => one[0] === type && one[1] === listener)
        if (at >= 0) open.splice(at, 1)
      }
      return open
    }
    return { controller, signal: controller.signal, added, left }
  }

  test.each([
    ['a value', () => 1],
    ['a promise', async () => 1],
    ['an error', () => Promise.reject(new Error('down'))],
    [
      'a throw',
      () => {
        throw new Error('down')
      },
    ],
  ])('%s', async (_, fn) => {
    const { signal, added, left } = instrumented()
    const { breaker } = new Rig()
    await breaker.call(fn as () => unknown, { signal }).catch(() => {})
    await breaker.call(fn as () => unknown, { signal, timeoutMs: 60_000 }).catch(() => {})
    expect(added).toHaveBeenCalledTimes(2)
    expect(left()).toEqual([])
  })

  test('an abort', async () => {
    const { controller, signal, added, left } = instrumented()
    const called = new Rig().breaker.call(forever, { signal }).catch(() => {})
    controller.abort()
    await called
    expect(added).toHaveBeenCalledTimes(1)
    expect(left()).toEqual([])
  })

  test('a timeout', async () => {
    const { signal, added, left } = instrumented()
    await expect(new Rig().breaker.call(forever, { signal, timeoutMs: 1 })).rejects.toMatchObject({
      name: 'TimeoutError',
    })
    expect(added).toHaveBeenCalledTimes(1)
    expect(left()).toEqual([])
  })

  test('a rejection adds none', async () => {
    const { signal, added } = instrumented()
    await new Rig()
      .enter('forced_open')
      .breaker.call(forever, { signal })
      .catch(() => {})
    expect(added).not.toHaveBeenCalled()
  })
})
