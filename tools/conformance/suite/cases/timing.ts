import type { BreakerOptions, CallEvent, CircuitBreaker, Listener } from '@fluxgate/core'
import { rejection } from '@fluxgate/testkit/thrown'
import { assert } from 'chai'
import { cases, table } from '../conformance-case.ts'
import type { Subject } from '../subject.ts'

/** Every read of the monotonic clock takes 1 ms, so that a timed call takes 1 ms at least. */
function counting(s: Subject, options: Partial<BreakerOptions> = {}) {
  const time = { reads: 0 }
  const clock = { now: () => ++time.reads, timestamp: () => 1_800_000_000_000 }
  const breaker = new s.core.CircuitBreaker({ name: 'x', clock, ...options })
  /** How often `run` reads the clock. */
  const readsOf = async (run: () => unknown) => {
    const before = time.reads
    await run()
    return time.reads - before
  }
  return { breaker, readsOf }
}

const one = () => 1
const oneLater = async () => 1

/** Each way to call, but tickets and time limits, which need a clock. */
const untimedCalls: Readonly<Record<string, (breaker: CircuitBreaker) => unknown>> = {
  'call()': (breaker) => breaker.call(oneLater),
  'call() of a synchronous function': (breaker) => breaker.call(one),
  'call() with a fallback': (breaker) => breaker.call(oneLater, { fallback: one }),
  'call() with a signal': (breaker) =>
    breaker.call(oneLater, { signal: new AbortController().signal }),
  'callSync()': (breaker) => breaker.callSync(one),
  'wrap()': (breaker) => breaker.wrap(oneLater)(),
  'wrapSync()': (breaker) => breaker.wrapSync(one)(),
  'a failing call()': (breaker) => rejection(breaker.call(() => Promise.reject(new Error('down')))),
  'a call() that throws at once': (breaker) =>
    rejection(
      breaker.call(() => {
        throw new Error('down')
      }),
    ),
}

const byHand = { test: () => false, explain: () => ({ rule: 'by hand', met: false }) }
const noop = () => {}

const timedBy: Readonly<Record<string, (s: Subject) => Partial<BreakerOptions>>> = {
  'the option timed': () => ({ timed: true }),
  'the rule slowRate()': ({ core }) => ({ tripper: core.slowRate(0.5, 100) }),
  'the rule avgLatency()': ({ core }) => ({ tripper: core.avgLatency(100) }),
  'a rule that contains one of these': ({ core }) => ({
    tripper: core.minRequests(5).and(core.failureRate(0.5).or(core.avgLatency(100).not())),
  }),
  'a rule of your own': ({ core }) => ({ tripper: core.tripWhen('mine', () => false) }),
  'a rule written by hand': () => ({ tripper: byHand }),
  'a rule written by hand in a composed one': ({ core }) => ({
    tripper: core.failureRate(0.5).and(byHand),
  }),
  'a listener with onCall': () => ({ listeners: [{ onCall: noop }] }),
}

const untimedBy: Readonly<Record<string, (s: Subject) => Partial<BreakerOptions>>> = {
  'the default rule': () => ({}),
  'rules of counts': ({ core }) => ({
    tripper: core
      .minRequests(5)
      .and(core.failureRate(0.5))
      .or(core.failureCount(50))
      .or(core.failureStreak(9).and(core.whileClosed()))
      .or(core.whileHalfOpen().not().not()),
  }),
  'a rule of your own with timed: false': ({ core }) => ({
    tripper: core.failureRate(0.5).or(core.tripWhen('mine', () => false, { timed: false })),
  }),
  'a rule written by hand with timed: false': () => ({ tripper: { ...byHand, timed: false } }),
  'a listener of signals': () => ({ listeners: [noop, { onSignal: noop, onAttach: noop }] }),
  'a listener with onCall and timed: false': () => ({
    listeners: [{ onCall: noop, timed: false }],
  }),
}

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
