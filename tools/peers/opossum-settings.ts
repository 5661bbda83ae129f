import { expect, vi } from 'vitest'
import { type Create, fail, failing, pass, record } from './opossum-helpers.ts'
import type { Scenario } from './scenario.ts'

export const settingScenarios: readonly Scenario<Create>[] = [
  {
    title: 'counts a filtered error as a success, and rejects with it',
    async run(create) {
      const breaker = create(fail, { errorThresholdPercentage: 1, errorFilter: () => true })
      expect(await failing(breaker)).toMatchObject({ message: 'down' })
      expect([breaker.stats.failures, breaker.stats.successes, breaker.opened]).toEqual([
        0,
        1,
        false,
      ])
    },
  },
  {
    title: 'counts an error that the filter does not match as a failure',
    async run(create) {
      const breaker = create(fail, { errorThresholdPercentage: 1, errorFilter: () => false })
      await failing(breaker)
      expect([breaker.stats.failures, breaker.opened]).toEqual([1, true])
    },
  },
  {
    title: 'passes the arguments of the call to the error filter',
    async run(create) {
      const errorFilter = vi.fn((..._: unknown[]) => true)
      const breaker = create(fail, { errorFilter })
      await breaker.fire('a', 'b').catch(() => {})
      expect(errorFilter.mock.calls[0]?.slice(1)).toEqual(['a', 'b'])
    },
  },
  {
    title: 'calls no fallback for a filtered error',
    async run(create) {
      const breaker = create(fail, { errorFilter: () => true })
      const fallback = vi.fn()
      breaker.fallback(fallback)
      await failing(breaker)
      expect(fallback).not.toHaveBeenCalled()
    },
  },
  {
    title: 'is enabled by default, and can begin disabled',
    run(create) {
      expect(create(pass).enabled).toBe(true)
      expect(create(pass, { enabled: false }).enabled).toBe(false)
    },
  },
  {
    title: 'stays closed while disabled, and opens when it is enabled again',
    async run(create) {
      const breaker = create(fail, { enabled: false, errorThresholdPercentage: 1 })
      await failing(breaker)
      expect(breaker.closed).toBe(true)
      breaker.enable()
      await failing(breaker)
      expect(breaker.opened).toBe(true)
    },
  },
  {
    title: 'emits fire while disabled',
    async run(create) {
      const breaker = create(pass, { enabled: false })
      const seen = record(breaker, 'fire')
      await breaker.fire(1)
      expect(seen).toEqual(['fire'])
    },
  },
  {
    title: 'opens only after the number of calls of volumeThreshold',
    async run(create) {
      const breaker = create(fail, { volumeThreshold: 4 })
      for (let i = 0; i < 3; i++) await failing(breaker)
      expect(breaker.opened).toBe(false)
      await failing(breaker)
      expect(breaker.opened).toBe(true)
    },
  },
  {
    title: 'opens for one failed probe although volumeThreshold is more',
    async run(create) {
      const breaker = create(fail, { volumeThreshold: 4, resetTimeout: 100 })
      for (let i = 0; i < 4; i++) await failing(breaker)
      await vi.advanceTimersByTimeAsync(110)
      await failing(breaker)
      expect(breaker.opened).toBe(true)
    },
  },
  {
    title: 'does not open during the warm-up, and opens after it',
    async run(create) {
      const breaker = create(fail, { allowWarmUp: true, rollingCountTimeout: 500 })
      await failing(breaker)
      expect(breaker.opened).toBe(false)
      await vi.advanceTimersByTimeAsync(510)
      await failing(breaker)
      expect(breaker.opened).toBe(true)
    },
  },
  {
    title: 'rejects each call after shutdown()',
    async run(create) {
      const action = vi.fn(pass)
      const breaker = create(action)
      breaker.shutdown()
      expect(breaker.isShutdown).toBe(true)
      expect(await failing(breaker)).toBeInstanceOf(Error)
      expect(action).not.toHaveBeenCalled()
    },
  },
  {
    title: 'opens when a health check fails, and emits healthCheckFailed',
    async run(create) {
      const breaker = create(pass)
      const seen = record(breaker, 'healthCheckFailed', 'open')
      breaker.healthCheck(() => Promise.reject(new Error('unhealthy')), 100)
      await vi.advanceTimersByTimeAsync(110)
      expect(new Set(seen)).toEqual(new Set(['healthCheckFailed', 'open']))
      expect(breaker.opened).toBe(true)
      breaker.shutdown()
    },
  },
  {
    title:
      'throws a TypeError for a health check that is no function, and for an interval that is no number',
    run(create) {
      const breaker = create(pass)
      expect(() => breaker.healthCheck('x' as never)).toThrow(TypeError)
      expect(() => breaker.healthCheck(async () => {}, 'x' as never)).toThrow(TypeError)
    },
  },
  {
    title: 'rejects calls above `capacity`',
    differs:
      'no counterpart for calls in flight in this adapter: a bulkhead is not part of the breaker',
    async run(create) {
      const breaker = create(() => new Promise(() => {}), { capacity: 1, timeout: false })
      void breaker.fire()
      expect(
        await Promise.race([failing(breaker), Promise.resolve().then().then().then()]),
      ).toMatchObject({
        code: 'ESEMLOCKED',
      })
    },
  },
  {
    title: 'rejects with the code EOPENBREAKER while open',
    differs: 'the code is `ERR_CIRCUIT_OPEN`, and `isCallNotPermitted()` recognises it',
    async run(create) {
      const breaker = create(pass)
      breaker.open()
      expect(await failing(breaker)).toMatchObject({ code: 'EOPENBREAKER' })
    },
  },
]
