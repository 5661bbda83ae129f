import fc from '@fluxgate/testkit/fast-check'
import { describe, expect, test } from 'vitest'
import {
  type BreakerOptions,
  backoff,
  countWindow,
  failureRate,
  rampUp,
  slowRate,
  type Ticket,
  timeWindow,
} from '../../src/index.ts'
import { bench, down, thrownBy } from './clock-bench.ts'
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
  | { readonly do: 'look' }
  | { readonly do: 'move'; readonly to: (typeof hands)[number] }

const hands = ['reset', 'trip', 'forceOpen', 'disable', 'metricsOnly'] as const

const ms = fc.constantFrom(0, 1, 250, 999, 1_000, 5_000, 60_000)
const steps = fc.oneof<fc.Arbitrary<Step>[]>(
  fc.record({ do: fc.constant('call'), ms, fails: fc.boolean() }),
  fc.record({ do: fc.constant('call'), ms, fails: fc.boolean() }),
  fc.record({ do: fc.constant('wait'), ms }),
  fc.constantFrom({ do: 'take' }, { do: 'settle' }, { do: 'look' }),
  fc.record({ do: fc.constant('move'), to: fc.constantFrom(...hands) }),
)
const leap = fc.constantFrom(-YEAR_MS, -3_600_000, -1_000, -1, 0, 3_600_000, YEAR_MS)
const setWall = fc.record({ do: fc.constant('setWall' as const), ms: leap })
const jump = fc.record({ do: fc.constant('jump' as const), ms: leap })

/** Does it all, and tells what could be seen of it: everything but times of the wall clock. */
function play(options: Partial<BreakerOptions>, script: readonly Step[]) {
  const { clock, breaker, moves } = bench(options)
  const taken: (Ticket | undefined)[] = []
  const seen = script.map((step) => {
    if (step.do === 'wait') clock.advance(step.ms)
    else if (step.do === 'jump') clock.jump(step.ms)
    else if (step.do === 'setWall') clock.setWall(step.ms)
    else if (step.do === 'move') breaker[step.to]()
    else if (step.do === 'settle') taken.pop()?.success()
    else if (step.do === 'look') breaker.explain()
    else if (step.do === 'take') taken.push(breaker.tryAcquire())
    else {
      const ticket = breaker.tryAcquire()
      if (ticket === undefined) return 'rejected'
      clock.advance(step.ms)
      if (step.fails) ticket.failure(down)
      else ticket.success()
    }
    const { state, metrics, permitted, reopens } = breaker.snapshot()
    return { state, metrics, permitted, reopens }
  })
  return { seen, moves: moves(), breaker, clock, taken }
}

describe.each(settings)('with %s', (_, options) => {
  test('the wall clock moves nothing, wherever it is set', () => {
    fc.assert(
      fc.property(fc.array(fc.oneof(steps, setWall), { maxLength: 60 }), (script) => {
        const odd = play(options, script)
        const even = play(
          options,
          script.map((step) => (step.do === 'setWall' ? { ...step, ms: 0 } : step)),
        )
        expect(odd.seen).toEqual(even.seen)
        expect(odd.moves).toEqual(even.moves)
      }),
      { numRuns: 100 },
    )
  })

  test('a monotonic clock that is none breaks no number, and wedges nothing for good', () => {
    fc.assert(
      fc.property(fc.array(fc.oneof(steps, jump), { maxLength: 60 }), (script) => {
        const { breaker, clock, taken } = play(options, script)
        const { metrics } = breaker.snapshot()
        const { total, failures, totalDurationMs, failureStreak, slow } = metrics
        for (const count of [total, failures, failureStreak, ...Object.values(slow)]) {
          expect(Number.isSafeInteger(count) && count >= 0).toBe(true)
        }
        expect(failures).toBeLessThanOrEqual(total)
        expect(Number.isFinite(totalDurationMs) && totalDurationMs >= 0).toBe(true)
        const rejection = breaker.state === 'open' ? thrownBy(() => breaker.acquire()) : undefined
        const { retryAfterMs = 0 } = Object(rejection) as { retryAfterMs?: number }
        expect(Number.isFinite(retryAfterMs) && retryAfterMs >= 0).toBe(true)
        // however far it went back, from here on it goes right, and past where it ever was
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
