import { Deferred } from '@fluxgate/testkit/deferred'
import { expect, vi } from 'vitest'
import { type Create, fail, failing, pass, record } from './opossum-helpers.ts'
import type { Scenario } from './scenario.ts'

export const callScenarios: readonly Scenario<Create>[] = [
  {
    title: 'has the name of its function, or the one of its options',
    run(create) {
      expect(create(pass).name).toBe('pass')
      expect(create(pass, { name: 'payments' }).name).toBe('payments')
    },
  },
  {
    title: 'throws a TypeError without an action',
    run: (create) => expect(() => create(undefined as never)).toThrow(TypeError),
  },
  {
    title: 'passes the arguments to the function and returns its result',
    async run(create) {
      const sum = create(async (a: number, b: number) => a + b)
      expect(await sum.fire(1, 2)).toBe(3)
    },
  },
  {
    title: 'calls the function with the `this` of call()',
    async run(create) {
      const breaker = create(async function (this: { n: number }, m: number) {
        return this.n * m
      })
      expect(await breaker.call({ n: 2 }, 3)).toBe(6)
    },
  },
  {
    title: 'calls the function with `this` also while it is disabled',
    async run(create) {
      const breaker = create(async function (this: { n: number }) {
        return this.n
      })
      breaker.disable()
      expect(await breaker.call({ n: 7 })).toBe(7)
    },
  },
  {
    title: 'accepts a function that returns no promise',
    run: async (create) => expect(await create((n: number) => n + 1).fire(1)).toBe(2),
  },
  {
    title: 'accepts a value instead of a function',
    differs: 'refused: `call()` takes a function',
    run: async (create) => expect(await create(5 as never).fire()).toBe(5),
  },
  {
    title: 'rejects with the error of the function',
    run: async (create) => await expect(create(fail).fire()).rejects.toThrow('down'),
  },
  {
    title: 'rejects with the code ETIMEDOUT after the time limit',
    async run(create) {
      const call = failing(create(() => new Promise(() => {}), { timeout: 100 }))
      await vi.advanceTimersByTimeAsync(150)
      expect(await call).toMatchObject({ code: 'ETIMEDOUT' })
    },
  },
  {
    title: 'has no time limit with `timeout: false`',
    async run(create) {
      const call = create(() => new Promise((resolve) => setTimeout(resolve, 60_000, 'late')), {
        timeout: false,
      }).fire()
      await vi.advanceTimersByTimeAsync(60_000)
      expect(await call).toBe('late')
    },
  },
  {
    title: 'opens above the threshold, and rejects without a call',
    async run(create) {
      const action = vi.fn(fail)
      const breaker = create(action, { errorThresholdPercentage: 10 })
      await failing(breaker)
      expect(breaker.opened).toBe(true)
      expect(await failing(breaker)).toMatchObject({ message: expect.any(String) })
      expect(action).toHaveBeenCalledTimes(1)
    },
  },
  {
    title: 'stays closed at exactly the threshold',
    async run(create) {
      let n = 0
      const breaker = create(async () => (n++ % 2 === 0 ? 1 : fail()))
      for (let i = 0; i < 10; i++) await failing(breaker)
      expect(breaker.closed).toBe(true)
    },
  },
  {
    title: 'allows a probe after the reset timeout; its success closes',
    async run(create) {
      let down = true
      const breaker = create(async () => (down ? fail() : 'up'), { resetTimeout: 100 })
      await failing(breaker)
      expect(breaker.opened).toBe(true)
      await vi.advanceTimersByTimeAsync(110)
      expect(breaker.halfOpen).toBe(true)
      down = false
      expect(await breaker.fire()).toBe('up')
      expect(breaker.closed).toBe(true)
    },
  },
  {
    title: 'opens again when the probe fails',
    async run(create) {
      const breaker = create(fail, { resetTimeout: 100 })
      await failing(breaker)
      await vi.advanceTimersByTimeAsync(110)
      await failing(breaker)
      expect([breaker.opened, breaker.halfOpen]).toEqual([true, false])
    },
  },
  {
    title: 'allows one probe at a time in half-open',
    async run(create) {
      const answer = new Deferred<string>()
      let down = true
      const action = vi.fn(() => (down ? fail() : answer.promise))
      const breaker = create(action, { resetTimeout: 100 })
      await failing(breaker)
      await vi.advanceTimersByTimeAsync(110)
      down = false
      const probe = breaker.fire()
      expect(await failing(breaker)).toBeInstanceOf(Error)
      expect(action).toHaveBeenCalledTimes(2)
      answer.resolve('up')
      expect(await probe).toBe('up')
    },
  },
  {
    title: 'closes for a filtered error in half-open',
    async run(create) {
      let message = 'down'
      const breaker = create(
        async () => {
          throw new Error(message)
        },
        { resetTimeout: 100, errorFilter: (error) => error.message === 'bad input' },
      )
      await failing(breaker)
      await vi.advanceTimersByTimeAsync(110)
      message = 'bad input'
      expect(await failing(breaker)).toMatchObject({ message })
      expect(breaker.closed).toBe(true)
    },
  },
  {
    title: 'emits halfOpen when the reset timeout has passed, without a call',
    differs:
      'no timer changes a state: the signal comes with the next call; `watchCircuit` notifies',
    async run(create) {
      const breaker = create(fail, { resetTimeout: 100 })
      const seen = record(breaker, 'halfOpen')
      await failing(breaker)
      await vi.advanceTimersByTimeAsync(110)
      expect(seen).toEqual(['halfOpen'])
    },
  },
]
