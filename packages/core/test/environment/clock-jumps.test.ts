import fc from '@fluxgate/testkit/fast-check'
import { describe, expect, test } from 'vitest'
import {
  type BreakerOptions,
  backoff,
  type CallEvent,
  CallNotPermittedError,
  CircuitBreaker,
  countWindow,
  failureRate,
  rampUp,
  slowRate,
  type Ticket,
  timeWindow,
} from '../../src/index.ts'
import { clockRig } from './clock-rig.ts'
import { YEAR_MS } from './faulty-clock.ts'

const settings: readonly (readonly [string, Partial<BreakerOptions>])[] = [
  ['countWindow', { window: countWindow(10) }],
  ['timeWindow', { window: timeWindow(5_000), tripper: slowRate(0.5, 200).or(failureRate(0.6)) }],
  ['leases of a second', { probeLeaseMs: 1_000, probes: 2 }],
  ['a ramp', { permit: rampUp({ from: 0.5, to: 1, durationMs: 3_000 }), probes: 2 }],
  ['backoff', { retry: backoff({ initialMs: 500, maxMs: 4_000, jitter: 0.2 }) }],
]

type Step =
  | { readonly do: 'call'; readonly ms: number; readonly fails: boolean }
  | { readonly do: 'wait'; readonly ms: number }
  | { readonly do: 'jump'; readonly ms: number }
  | { readonly do: 'setWall'; readonly ms: number }
  | { readonly do: 'take' }
  | { readonly do: 'settle' }
  | { readonly do: 'explain' }
  | { readonly do: 'transition'; readonly by: (typeof transitions)[number] }

const transitions = ['reset', 'trip', 'forceOpen', 'disable', 'metricsOnly'] as const

const ms = fc.constantFrom(0, 1, 250, 999, 1_000, 5_000, 60_000)
const steps = fc.oneof<fc.Arbitrary<Step>[]>(
  fc.record({ do: fc.constant('call'), ms, fails: fc.boolean() }),
  fc.record({ do: fc.constant('call'), ms, fails: fc.boolean() }),
  fc.record({ do: fc.constant('wait'), ms }),
  fc.constantFrom({ do: 'take' }, { do: 'settle' }, { do: 'explain' }),
  fc.record({ do: fc.constant('transition'), by: fc.constantFrom(...transitions) }),
)
const jumpMs = fc.constantFrom(-YEAR_MS, -3_600_000, -1_000, -1, 0, 3_600_000, YEAR_MS)
const setWall = fc.record({ do: fc.constant('setWall' as const), ms: jumpMs })
const jump = fc.record({ do: fc.constant('jump' as const), ms: jumpMs })

/** Runs the steps, and returns what is visible after each, except wall-clock times. */
function run(options: Partial<BreakerOptions>, script: readonly Step[]) {
  const { clock, breaker, transitions } = clockRig(options)
  const taken: (Ticket | undefined)[] = []
  const seen = script.map((step) => {
    if (step.do === 'wait') clock.advance(step.ms)
    else if (step.do === 'jump') clock.jump(step.ms)
    else if (step.do === 'setWall') clock.setWall(step.ms)
    else if (step.do === 'transition') breaker[step.by]()
    else if (step.do === 'settle') taken.pop()?.success()
    else if (step.do === 'explain') breaker.explain()
    else if (step.do === 'take') taken.push(breaker.tryAcquire())
    else {
      const ticket = breaker.tryAcquire()
      if (ticket === undefined) return 'rejected'
      clock.advance(step.ms)
      if (step.fails) ticket.failure(new Error('down'))
      else ticket.success()
    }
    const { state, metrics, permitted, reopens } = breaker.snapshot()
    return { state, metrics, permitted, reopens }
  })
  return { seen, transitions, breaker, clock, taken }
}

/** 0 when the circuit is due, also where its permit rejects the probe. */
function retryAfterMsOf(breaker: CircuitBreaker): number {
  try {
    breaker.acquire()
  } catch (error) {
    if (error instanceof CallNotPermittedError) return error.retryAfterMs ?? 0
  }
  return 0
}

describe.each(settings)('with %s', (_, options) => {
  test('setting the wall clock changes no state, metrics or admission', () => {
    fc.assert(
      fc.property(fc.array(fc.oneof(steps, setWall), { maxLength: 60 }), (script) => {
        const jumping = run(options, script)
        const steady = run(
          options,
          script.map((step) => (step.do === 'setWall' ? { ...step, ms: 0 } : step)),
        )
        expect(jumping.seen).toEqual(steady.seen)
        expect(jumping.transitions).toEqual(steady.transitions)
      }),
      { numRuns: 100 },
    )
  })

  test('a monotonic clock that jumps leaves all numbers valid, and the circuit can close', () => {
    fc.assert(
      fc.property(fc.array(fc.oneof(steps, jump), { maxLength: 60 }), (script) => {
        const { breaker, clock, taken } = run(options, script)
        const { metrics } = breaker.snapshot()
        const { total, failures, totalDurationMs, failureStreak, slow } = metrics
        for (const count of [total, failures, failureStreak, ...Object.values(slow)]) {
          expect(Number.isSafeInteger(count) && count >= 0).toBe(true)
        }
        expect(failures).toBeLessThanOrEqual(total)
        expect(Number.isFinite(totalDurationMs) && totalDurationMs >= 0).toBe(true)
        const retryAfterMs = breaker.state === 'open' ? retryAfterMsOf(breaker) : 0
        expect(Number.isFinite(retryAfterMs) && retryAfterMs >= 0).toBe(true)
        // from here on the clock is monotonic, and passes its highest value so far
        for (const ticket of taken) ticket?.success()
        if (breaker.state === 'forced_open' || breaker.state === 'disabled') breaker.trip()
        clock.advance(100 * YEAR_MS)
        for (let i = 0; i < 20 && breaker.state !== 'closed'; i++) {
          breaker.tryAcquire()?.success()
          clock.advance(5_000)
        }
        expect(['closed', 'metrics_only']).toContain(breaker.state)
      }),
      { numRuns: 200 },
    )
  })
})

test.each([Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY])(
  'a call that starts and ends when the clock reads %d takes no time',
  (reading) => {
    const events: CallEvent[] = []
    const clock = { now: () => reading, timestamp: () => 0 }
    const listeners = [{ onCall: (event: CallEvent) => void events.push(event) }]
    new CircuitBreaker({ name: 'payments', timed: true, clock, listeners }).callSync(() => 1)
    expect(events).toMatchObject([{ durationMs: 0 }])
  },
)
