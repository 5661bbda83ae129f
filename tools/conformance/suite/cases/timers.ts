import { Deferred } from '@fluxgate/testkit/deferred'
import { sleep } from '@fluxgate/testkit/sleep'
import { rejection } from '@fluxgate/testkit/thrown'
import { assert } from 'chai'
import { cases } from '../conformance-case.ts'

const hang = () => new Promise<never>(() => {})

export const timerCases = cases('4. Timeout', {
  'without a timer of its own clock, a breaker uses the timer of the platform': async (s) => {
    for (const clock of [undefined, { now: () => 0, timestamp: () => 0 }]) {
      const breaker = new s.core.CircuitBreaker({ name: 'payments', timeoutMs: 5, clock })
      assert.instanceOf(await rejection(breaker.call(hang)), s.core.TimeoutError)
    }
  },
  'the timer is cleared when the call settles': async (s) => {
    const { setTimeout: set, clearTimeout: clear } = globalThis
    const running = new Set<unknown>()
    const delays: unknown[] = []
    Object.assign(globalThis, {
      setTimeout: (...args: Parameters<typeof setTimeout>) => {
        const timer = set(...args)
        delays.push(args[1])
        running.add(timer)
        return timer
      },
      clearTimeout: (timer: ReturnType<typeof setTimeout>) => {
        running.delete(timer)
        clear(timer)
      },
    })
    try {
      const breaker = new s.core.CircuitBreaker({ name: 'payments', timeoutMs: 60_000 })
      const controller = new AbortController()
      const aborted = breaker.call(hang, { signal: controller.signal })
      assert.strictEqual(running.size, 1)
      controller.abort(new Error('stop'))
      await rejection(aborted)
      await breaker.call(() => 1)
      await rejection(breaker.call(() => Promise.reject(new Error('x'))))
      await rejection(
        breaker.call(() => {
          throw new Error('at once')
        }),
      )
      assert.strictEqual(running.size, 0)
      assert.deepEqual([...new Set(delays)], [60_000])
      const timers = delays.length
      breaker.forceOpen()
      await rejection(breaker.call(hang))
      await rejection(breaker.call(hang, { signal: AbortSignal.abort() }))
      assert.strictEqual(delays.length, timers)
    } finally {
      Object.assign(globalThis, { setTimeout: set, clearTimeout: clear })
    }
  },
  'a timer that fires late is set once more for the time by which it was late': async (s) => {
    for (const [lateMs, againMs] of [
      [10, undefined],
      [11, 11],
      [400, 50],
    ] as const) {
      const timers: [fn: () => void, ms: number][] = []
      let time = 0
      const clock = {
        now: () => time,
        timestamp: () => time,
        setTimeout: (fn: () => void, ms: number) => {
          timers.push([fn, ms])
          return () => {}
        },
      }
      const breaker = new s.core.CircuitBreaker({ name: 'x', timeoutMs: 50, clock })
      const work = new Deferred<string>()
      const calls = [breaker.call(() => work.promise), breaker.call(hang)]
      const settled = Promise.allSettled(calls)
      const first = timers.splice(0)
      assert.deepEqual(
        first.map(([, ms]) => ms),
        [50, 50],
      )
      time += 50 + lateMs
      for (const [fire] of first) fire()
      assert.deepEqual(
        timers.map(([, ms]) => ms),
        againMs === undefined ? [] : [againMs, againMs],
      )
      // the answer that arrived while the process was stalled
      work.resolve('answer')
      await Promise.race([calls[0], sleep(0)]).catch(() => {})
      time += 1_000
      for (const [fire] of timers) fire()
      const [answered, hanging] = await settled
      assert.strictEqual(answered?.status, againMs === undefined ? 'rejected' : 'fulfilled')
      assert.instanceOf(hanging?.status === 'rejected' && hanging.reason, s.core.TimeoutError)
    }
  },
})
