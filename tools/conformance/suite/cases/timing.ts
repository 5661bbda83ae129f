import type { CallEvent, Listener } from '@fluxgate/core'
import { assert } from 'chai'
import { cases, table } from '../conformance-case.ts'
import {
  byHand,
  counting,
  noop,
  one,
  oneLater,
  timedBy,
  untimedBy,
  untimedCalls,
} from '../timing-setups.ts'

export const timingCases = [
  ...table(
    '4. Timing on demand',
    Object.entries(untimedCalls),
    ([what]) => `${what} through a count window reads no clock while nothing uses durations`,
    async ([, call], s) => {
      const { breaker, readsOf } = counting(s)
      assert.strictEqual(await readsOf(() => call(breaker)), 0)
      assert.strictEqual(breaker.snapshot().metrics.total, 1)
    },
  ),
  ...table(
    '4. Timing on demand',
    Object.entries(timedBy),
    ([what]) => `${what} times calls`,
    async ([, options], s) => {
      const { breaker, readsOf } = counting(s, options(s))
      assert.strictEqual(await readsOf(() => breaker.call(oneLater)), 2)
      assert.strictEqual(await readsOf(() => breaker.callSync(one)), 2)
      const { totalDurationMs, avgDurationMs } = breaker.snapshot().metrics
      assert.deepEqual([totalDurationMs, avgDurationMs], [2, 1])
    },
  ),
  ...table(
    '4. Timing on demand',
    Object.entries(untimedBy),
    ([what]) => `${what} does not time calls`,
    async ([, options], s) => {
      const { breaker, readsOf } = counting(s, options(s))
      assert.strictEqual(await readsOf(() => breaker.call(oneLater)), 0)
      const { total, totalDurationMs, avgDurationMs } = breaker.snapshot().metrics
      assert.deepEqual([total, totalDurationMs, avgDurationMs], [1, 0, undefined])
    },
  ),
  ...cases('4. Timing on demand', {
    'an untimed call through a time window reads the clock once': async (s) => {
      const { breaker, readsOf } = counting(s, { window: s.core.timeWindow(60_000) })
      assert.strictEqual(await readsOf(() => breaker.call(oneLater)), 1)
      assert.isUndefined(breaker.snapshot().metrics.avgDurationMs)
    },
    'a window of your own gets the time unless it says that it needs none': (s) => {
      const times: number[] = []
      class Window extends s.core.WindowCounts {
        protected override push(now: number): void {
          times.push(now)
        }
        protected override evictExpired(): boolean {
          return false
        }
      }
      const { toJSON, open } = {
        toJSON: () => ({ type: 'mine', args: [] }),
        open: (options: ConstructorParameters<typeof Window>[0]) => new Window(options),
      }
      for (const needsTime of [true, undefined, false]) {
        const window = {
          capacity: 100,
          open,
          toJSON,
          ...(needsTime !== undefined && { needsTime }),
        }
        counting(s, { window }).breaker.callSync(one)
      }
      assert.deepEqual(
        times.slice(0, 2).map((now) => now > 0),
        [true, true],
      )
      assert.strictEqual(times[2], 0)
    },
    'watch() times calls until each function it returned is called': (s) => {
      const { breaker } = counting(s)
      const timed = () => {
        const before = breaker.snapshot().metrics.totalDurationMs
        breaker.callSync(one)
        return breaker.snapshot().metrics.totalDurationMs > before
      }
      const [stop, stopOther] = [breaker.watch(), breaker.watch()]
      const seen = [timed()]
      stop()
      stop()
      seen.push(timed())
      stopOther()
      seen.push(timed())
      assert.deepEqual(seen, [true, true, false])
      assert.strictEqual(breaker.snapshot().metrics.avgDurationMs, 1)
    },
    'calls are timed while a listener with onCall is subscribed': (s) => {
      const { breaker } = counting(s)
      const avg = () => {
        breaker.reset()
        breaker.callSync(one)
        return breaker.snapshot().metrics.avgDurationMs
      }
      const unsubscribe = breaker.subscribe({ onCall: noop })
      breaker.subscribe({ onCall: noop })
      unsubscribe()
      unsubscribe()
      const while1 = avg()
      breaker.dispose()
      assert.deepEqual([while1, avg()], [1, undefined])
      counting(s, { timed: true }).breaker.dispose()
    },
    'the option timed and a rule time calls after every listener and watch has ended': (s) => {
      const { breaker } = counting(s, { timed: true })
      breaker.watch()()
      breaker.subscribe({ onCall: noop })()
      breaker.callSync(one)
      assert.strictEqual(breaker.snapshot().metrics.avgDurationMs, 1)
    },
    'the event of an untimed call has no duration, that of a rejection is 0': (s) => {
      const events: CallEvent[] = []
      const listener: Listener = { onCall: (event) => void events.push(event), timed: false }
      const { breaker } = counting(s, { listeners: [listener] })
      breaker.callSync(one)
      breaker.acquire().success()
      const stop = breaker.watch()
      breaker.callSync(one)
      stop()
      breaker.forceOpen()
      breaker.tryAcquire()
      assert.deepEqual(
        events.map((event) => ['durationMs' in event, event.durationMs]),
        [
          [false, undefined],
          [false, undefined],
          [true, 1],
          [true, 0],
        ],
      )
    },
    'a call counts as timed when it was at its start': async (s) => {
      const events: CallEvent[] = []
      const listener: Listener = { onCall: (event) => void events.push(event), timed: false }
      const { breaker } = counting(s, { listeners: [listener] })
      const untimed = breaker.acquire()
      const stop = breaker.watch()
      const timed = breaker.acquire()
      stop()
      untimed.success()
      timed.success()
      assert.deepEqual(
        events.map((event) => 'durationMs' in event),
        [false, true],
      )
    },
    'the average is that of the timed calls in the window, also after others left it': (s) => {
      for (const window of [s.core.countWindow(4), s.core.timeWindow(7, { buckets: 7 })]) {
        const { breaker } = counting(s, { window, tripper: s.core.failureRate(1) })
        breaker.callSync(one)
        const stop = breaker.watch()
        for (let i = 0; i < 3; i++) breaker.callSync(one)
        stop()
        assert.strictEqual(breaker.snapshot().metrics.avgDurationMs, 1)
        for (let i = 0; i < 10; i++) breaker.callSync(one)
        const { totalDurationMs, avgDurationMs } = breaker.snapshot().metrics
        assert.deepEqual([totalDurationMs, avgDurationMs], [0, undefined])
      }
    },
    'a rule with slowThresholdsMs must be timed': (s) => {
      const options = { slowThresholdsMs: [5], timed: false }
      assert.throws(
        () => s.core.tripWhen('mine', () => false, options),
        RangeError,
        'tripWhen: timed must be true for a rule with slowThresholdsMs, got false',
      )
      const tripper = { ...byHand, ...options }
      assert.throws(() => counting(s, { tripper }), RangeError, 'CircuitBreaker: timed must be')
    },
    'a metrics store of watchCircuit() times calls while it has subscribers': (s) => {
      const { breaker } = counting(s)
      const avg = () => {
        breaker.reset()
        breaker.callSync(one)
        return breaker.snapshot().metrics.avgDurationMs
      }
      const stopStates = s.view.watchCircuit(breaker).subscribe(noop)
      const before = avg()
      const stop = s.view.watchCircuit(breaker, { metrics: true }).subscribe(noop)
      const during = avg()
      stop()
      assert.deepEqual([before, during, avg()], [undefined, 1, undefined])
      stopStates()
    },
    'the devtools time the calls of a circuit whose metrics they read': (s) => {
      const listeners = [s.devtools.devtoolsListener()]
      const { breaker } = counting(s, { name: 'timing', listeners })
      breaker.callSync(one)
      assert.isUndefined(breaker.snapshot().metrics.avgDurationMs)
      const hook = Reflect.get(globalThis, Symbol.for(s.devtools.devtoolsKey))
      const events = hook.read(0).events as {
        type: string
        circuit: string
        config?: { name: string }
      }[]
      const metrics = events
        .filter((event) => event.config?.name === 'timing')
        .map((event) => event.circuit)
      hook.read(0, { metrics })
      breaker.callSync(one)
      assert.strictEqual(breaker.snapshot().metrics.avgDurationMs, 1)
      breaker.dispose()
    },
  }),
]
