import { Deferred } from '@fluxgate/testkit/deferred'
import { expect, vi } from 'vitest'
import { ALL, type Create, fail, failing, pass, record } from './opossum-helpers.ts'
import type { Scenario } from './scenario.ts'

export const eventScenarios: readonly Scenario<Create>[] = [
  {
    title: 'open() and close() are transitions with an event',
    run(create) {
      const breaker = create(pass)
      const seen = record(breaker, 'open', 'close')
      breaker.open()
      expect(breaker.opened).toBe(true)
      breaker.close()
      expect(breaker.closed).toBe(true)
      expect(seen).toEqual(['open', 'close'])
    },
  },
  {
    title: 'open() and close() in the same state emit nothing',
    run(create) {
      const breaker = create(pass)
      const seen = record(breaker, 'open', 'close')
      breaker.close()
      breaker.open()
      breaker.open()
      expect(seen).toEqual(['open'])
    },
  },
  {
    title: 'calls the fallback with the arguments and the error while open',
    async run(create) {
      const breaker = create(pass)
      expect(breaker.fallback(async (...args: unknown[]) => args.length)).toBe(breaker)
      breaker.open()
      expect(await breaker.fire('a', 'b')).toBe(3)
    },
  },
  {
    title: 'calls the fallback when the function throws, with the error last',
    async run(create) {
      const breaker = create(fail)
      breaker.fallback((_: unknown, error: Error) => error.message)
      expect(await breaker.fire('a')).toBe('down')
    },
  },
  {
    title: 'calls the fallback once for a call that times out and then fails',
    async run(create) {
      const fallback = vi.fn(() => 'fallback')
      const breaker = create(
        () => new Promise((_, reject) => setTimeout(reject, 200, new Error('late'))),
        { timeout: 100 },
      )
      breaker.fallback(fallback)
      const call = breaker.fire()
      await vi.advanceTimersByTimeAsync(300)
      expect(await call).toBe('fallback')
      expect(fallback).toHaveBeenCalledTimes(1)
    },
  },
  {
    title: 'rejects with the error of the fallback',
    async run(create) {
      const breaker = create(fail)
      breaker.fallback(() => Promise.reject(new Error('fallback is down too')))
      await expect(breaker.fire()).rejects.toThrow('fallback is down too')
    },
  },
  {
    title: 'accepts another breaker as fallback',
    async run(create) {
      const breaker = create(fail)
      breaker.fallback(create(async (value: string) => `cached ${value}`))
      expect(await breaker.fire('a')).toBe('cached a')
    },
  },
  {
    title: 'emits fire and success; failure and open; fire and reject',
    async run(create) {
      let down = false
      const breaker = create(async () => (down ? fail() : 1), { errorThresholdPercentage: 1 })
      const seen = record(breaker, ...ALL)
      await breaker.fire()
      expect(seen.splice(0)).toEqual(['fire', 'success'])
      down = true
      await failing(breaker)
      expect(seen.splice(0).sort()).toEqual(['failure', 'fire', 'open'])
      await failing(breaker)
      expect(seen).toEqual(['fire', 'reject'])
    },
  },
  {
    title: 'emits timeout, and fallback after it',
    async run(create) {
      const breaker = create(() => new Promise(() => {}), { timeout: 100 })
      breaker.fallback(() => 1)
      const seen = record(breaker, 'timeout', 'fallback')
      const call = breaker.fire()
      await vi.advanceTimersByTimeAsync(150)
      await call
      expect(seen).toEqual(['timeout', 'fallback'])
    },
  },
  {
    title: 'passes result and latency to success, error and latency to failure',
    async run(create) {
      const slow = create((ok: boolean) => {
        const answer = new Deferred<string>()
        setTimeout(() => (ok ? answer.resolve('up') : answer.reject(new Error('down'))), 50)
        return answer.promise
      })
      const seen: unknown[] = []
      slow.on('success', (result, latency) => void seen.push(result, latency))
      slow.on('failure', (error: Error, latency) => void seen.push(error.message, latency))
      const calls = [slow.fire(true), slow.fire(false).catch(() => {})]
      await vi.advanceTimersByTimeAsync(50)
      await Promise.all(calls)
      expect(seen).toEqual(['up', 50, 'down', 50])
    },
  },
  {
    title: 'counts fires, successes, failures, rejects and timeouts',
    async run(create) {
      const breaker = create(async (ok: boolean) => (ok ? 1 : fail()))
      for (const ok of [true, true, false]) await breaker.fire(ok).catch(() => {})
      breaker.open()
      await failing(breaker)
      const { fires, successes, failures, rejects, timeouts } = breaker.stats
      expect([fires, successes, failures, rejects, timeouts]).toEqual([4, 2, 1, 1, 0])
    },
  },
]
