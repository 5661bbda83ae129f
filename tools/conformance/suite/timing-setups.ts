import type { BreakerOptions, CircuitBreaker } from '@fluxgate/core'
import { rejection } from '@fluxgate/testkit/thrown'
import type { Subject } from './subject.ts'

/** Every read of the monotonic clock takes 1 ms, so that a timed call takes 1 ms at least. */
export function counting(s: Subject, options: Partial<BreakerOptions> = {}) {
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

export const one = () => 1
export const oneLater = async () => 1

/** Each way to call, but tickets and time limits, which need a clock. */
export const untimedCalls: Readonly<Record<string, (breaker: CircuitBreaker) => unknown>> = {
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

export const byHand = { test: () => false, explain: () => ({ rule: 'by hand', met: false }) }
export const noop = () => {}

export const timedBy: Readonly<Record<string, (s: Subject) => Partial<BreakerOptions>>> = {
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

export const untimedBy: Readonly<Record<string, (s: Subject) => Partial<BreakerOptions>>> = {
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
