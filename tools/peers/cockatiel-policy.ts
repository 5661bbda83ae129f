import { expect, vi } from 'vitest'
import {
  type Create,
  consecutive,
  events,
  fail,
  Handled,
  opened,
  succeed,
} from './cockatiel-helpers.ts'
import type { Scenario } from './scenario.ts'

export const policyScenarios: readonly Scenario<Create>[] = [
  {
    title: 'executes calls while closed',
    run: async (create) => expect(await create(consecutive()).execute(() => 42)).toBe(42),
  },
  {
    title: 'opens after consecutive failures, and rejects without a call',
    async run(create) {
      const breaker = create(consecutive())
      const seen = events(breaker)
      await fail(breaker)
      expect([breaker.state, seen]).toEqual(['closed', []])
      await fail(breaker)
      expect([breaker.state, seen]).toEqual(['open', ['break']])
      const fn = vi.fn()
      await expect(breaker.execute(fn)).rejects.toThrow()
      expect(fn).not.toHaveBeenCalled()
    },
  },
  {
    title: 'does not count errors that are not handled',
    async run(create) {
      const breaker = create(consecutive())
      for (let i = 0; i < 5; i++) await fail(breaker, new TypeError('x'))
      expect(breaker.state).toBe('closed')
    },
  },
  {
    title: 'begins the count again after a success',
    async run(create) {
      const breaker = create(consecutive())
      await fail(breaker)
      await succeed(breaker)
      await fail(breaker)
      expect(breaker.state).toBe('closed')
    },
  },
  {
    title: 'closes when the test in half-open succeeds',
    async run(create) {
      const breaker = await opened(create(consecutive()))
      const seen = events(breaker)
      await vi.advanceTimersByTimeAsync(1_000)
      const call = breaker.execute(async () => 42)
      expect([breaker.state, seen]).toEqual(['half open', ['half open']])
      expect(await call).toBe(42)
      expect([breaker.state, seen]).toEqual(['closed', ['half open', 'reset']])
    },
  },
  {
    title: 'opens again when the test in half-open fails',
    async run(create) {
      const breaker = await opened(create(consecutive()))
      await vi.advanceTimersByTimeAsync(1_000)
      await fail(breaker)
      expect(breaker.state).toBe('open')
    },
  },
  {
    title: 'lets a second call wait for the test in half-open',
    differs: 'calls above `probes` are rejected at once, never queued',
    async run(create) {
      const breaker = await opened(create(consecutive()))
      await vi.advanceTimersByTimeAsync(1_000)
      const first = breaker.execute(() => new Promise((resolve) => setTimeout(resolve, 10, 1)))
      const second = breaker.execute(() => 2)
      const both = Promise.all([first, second])
      both.catch(() => {})
      await vi.advanceTimersByTimeAsync(10)
      expect(await both).toEqual([1, 2])
    },
  },
  {
    title: 'rejects a second call when the test in half-open fails, without calling its function',
    async run(create) {
      const breaker = await opened(create(consecutive()))
      await vi.advanceTimersByTimeAsync(1_000)
      const fn = vi.fn()
      const first = breaker
        .execute(() => new Promise((_, reject) => setTimeout(reject, 10, new Handled())))
        .catch((error: unknown) => error)
      const second = breaker.execute(fn).catch((error: unknown) => error)
      await vi.advanceTimersByTimeAsync(10)
      expect(await first).toBeInstanceOf(Handled)
      expect(await second).toBeInstanceOf(Error)
      expect(fn).not.toHaveBeenCalled()
    },
  },
  {
    title: 'uses the next delay of a backoff each time it opens again',
    async run(create) {
      const breaker = await opened(create(consecutive({ halfOpenAfter: [100, 300] })))
      await vi.advanceTimersByTimeAsync(100)
      await fail(breaker)
      await vi.advanceTimersByTimeAsync(100)
      await expect(succeed(breaker)).rejects.toThrow()
      await vi.advanceTimersByTimeAsync(200)
      await succeed(breaker)
      expect(breaker.state).toBe('closed')
    },
  },
  {
    title: 'decides in half-open by the share of failures of several calls',
    async run(create) {
      const options = consecutive({ sampling: { calls: 3, threshold: 0.5 } })
      const breaker = await opened(create(options))
      await vi.advanceTimersByTimeAsync(1_000)
      await succeed(breaker)
      await fail(breaker)
      expect(breaker.state).toBe('half open')
      await succeed(breaker)
      expect(breaker.state).toBe('closed')
      await opened(breaker)
      await vi.advanceTimersByTimeAsync(1_000)
      await fail(breaker)
      await fail(breaker)
      expect(breaker.state).toBe('open')
    },
  },
  {
    title: 'passes the signal of the caller to the function',
    async run(create) {
      const { signal } = new AbortController()
      expect(await create(consecutive()).execute((context) => context.signal.aborted, signal)).toBe(
        false,
      )
    },
  },
  {
    title: 'is isolated until each handle is disposed',
    async run(create) {
      const breaker = create(consecutive())
      const seen = events(breaker)
      const handles = [breaker.isolate(), breaker.isolate()]
      expect([breaker.state, seen]).toEqual(['isolated', ['break']])
      await expect(succeed(breaker)).rejects.toThrow()
      handles[0]?.dispose()
      expect(breaker.state).toBe('isolated')
      handles[1]?.dispose()
      expect([breaker.state, seen]).toEqual(['closed', ['break', 'reset']])
      expect(await succeed(breaker)).toBe(1)
    },
  },
]
