import { expect, vi } from 'vitest'
import type { CockatielOptions } from './cockatiel-adapter.ts'
import { type Create, consecutive, fail, succeed } from './cockatiel-helpers.ts'
import type { Scenario } from './scenario.ts'

const count = (minimumNumberOfCalls: number): CockatielOptions =>
  consecutive({ breaker: { count: { threshold: 0.5, size: 100, minimumNumberOfCalls } } })
const sampling = consecutive({
  breaker: { sampling: { threshold: 0.5, duration: 5_000, minimumRps: 3 } },
})

export const windowScenarios: readonly Scenario<Create>[] = [
  {
    title: 'CountBreaker: does not open below the minimum number of calls',
    async run(create) {
      const breaker = create(count(50))
      for (let i = 0; i < 49; i++) await fail(breaker)
      expect(breaker.state).toBe('closed')
    },
  },
  {
    title: 'CountBreaker: does not open at exactly the threshold',
    async run(create) {
      const breaker = create(count(50))
      for (let i = 0; i < 25; i++) await succeed(breaker)
      for (let i = 0; i < 25; i++) await fail(breaker)
      expect(breaker.state).toBe('closed')
    },
  },
  {
    title: 'CountBreaker: opens above the threshold',
    async run(create) {
      const breaker = create(count(50))
      for (let i = 0; i < 24; i++) await succeed(breaker)
      for (let i = 0; i < 25; i++) await fail(breaker)
      expect(breaker.state).toBe('closed')
      await fail(breaker)
      expect(breaker.state).toBe('open')
    },
  },
  {
    title: 'CountBreaker: forgets the oldest call when the window is full',
    async run(create) {
      const options = { breaker: { count: { threshold: 0.5, size: 4 } } }
      const breaker = create(consecutive(options))
      for (const ok of [false, false, true, true]) await (ok ? succeed(breaker) : fail(breaker))
      await succeed(breaker)
      await fail(breaker)
      await fail(breaker)
      expect(breaker.state).toBe('closed')
      await fail(breaker)
      expect(breaker.state).toBe('open')
    },
  },
  {
    title: 'CountBreaker: begins with an empty window after it has closed',
    async run(create) {
      const breaker = create(count(50))
      for (let i = 0; i < 50; i++) await fail(breaker)
      await vi.advanceTimersByTimeAsync(1_000)
      await succeed(breaker)
      for (let i = 0; i < 10; i++) await fail(breaker)
      expect(breaker.state).toBe('closed')
    },
  },
  {
    title: 'SamplingBreaker: does not open below the number of calls per second',
    async run(create) {
      const breaker = create(sampling)
      for (let i = 0; i < 20; i++) {
        await fail(breaker)
        await vi.advanceTimersByTimeAsync(500)
      }
      expect(breaker.state).toBe('closed')
    },
  },
  {
    title: 'SamplingBreaker: opens above the number of calls per second',
    async run(create) {
      const breaker = create(sampling)
      for (let i = 0; i < 20; i++) {
        await vi.advanceTimersByTimeAsync(250)
        await fail(breaker)
      }
      expect(breaker.state).toBe('open')
    },
  },
  {
    title: 'SamplingBreaker: opens for one more failure after any time at exactly the threshold',
    async run(create) {
      for (let length = 10; length < 20; length++) {
        const breaker = create(sampling)
        for (let i = 0; i < length; i++) {
          await succeed(breaker)
          await fail(breaker)
          expect(breaker.state).toBe('closed')
          await vi.advanceTimersByTimeAsync(250)
        }
        await fail(breaker)
        expect(breaker.state).toBe('open')
      }
    },
  },
  {
    title: 'SamplingBreaker: begins with an empty window after it has closed',
    async run(create) {
      const breaker = create(sampling)
      for (let i = 0; i < 15; i++) await fail(breaker)
      expect(breaker.state).toBe('open')
      await vi.advanceTimersByTimeAsync(1_000)
      await succeed(breaker)
      await fail(breaker)
      expect(breaker.state).toBe('closed')
    },
  },
]
