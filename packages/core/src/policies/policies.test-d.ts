import { expectTypeOf, test } from 'vitest'
import {
  admitAll,
  admitWhen,
  anyError,
  backoff,
  CircuitBreaker,
  cooldown,
  countWindow,
  errorType,
  errorWhere,
  failureRate,
  failureStreak,
  minRequests,
  type Permit,
  type PolicyJson,
  type Retry,
  type Rule,
  type RuleContext,
  type RuleReport,
  rampUp,
  resultWhere,
  retryWhen,
  slowRate,
  TimeoutError,
  type Tracker,
  type Tripper,
  type TripperReport,
  timeWindow,
  tripWhen,
  type Window,
} from '../index.ts'

test('the example of the contract', () => {
  new CircuitBreaker({
    name: 'payments',
    window: timeWindow(60_000),
    tracker: errorType(TypeError, TimeoutError),
    tripper: failureStreak(5).or(minRequests(20).and(failureRate(0.5).or(slowRate(0.3, 1_000)))),
    retry: backoff({ initialMs: 10_000, maxMs: 600_000, jitter: 0.1 }),
    permit: rampUp({ from: 0.1, to: 1, durationMs: 60_000 }),
    probes: 5,
  })
})

test('trackers join to trackers', () => {
  expectTypeOf(
    anyError()
      .and(errorType(Error))
      .or(resultWhere(() => true))
      .not(),
  ).toEqualTypeOf<Tracker>()
  // @ts-expect-error a rule is no tracker
  anyError().or(failureRate(0.5))
  // @ts-expect-error a tracker is no rule
  new CircuitBreaker({ name: 'x', tripper: anyError() })
})

test('errorType takes classes, abstract ones and ones with any parameters', () => {
  abstract class Fault extends Error {}
  class HttpFault extends Fault {
    readonly status: number
    constructor(status: number, url: URL) {
      super(url.href)
      this.status = status
    }
  }
  errorType(Fault, HttpFault, DOMException)
  // @ts-expect-error an instance is no class
  errorType(new Error('x'))
  // @ts-expect-error a name is no class
  errorType('TypeError')
})

test('predicates know nothing of errors, and of results what they are told', () => {
  errorWhere((error) => {
    expectTypeOf(error).toBeUnknown()
    return error instanceof TypeError
  })
  resultWhere((value) => {
    expectTypeOf(value).toBeUnknown()
    return value === null
  })
  resultWhere<Response>((response) => {
    expectTypeOf(response).toEqualTypeOf<Response>()
    return response.status >= 500
  })
  resultWhere((status: number) => status >= 500)
  // @ts-expect-error a predicate answers yes or no
  errorWhere(() => 'yes')
  // @ts-expect-error and at once
  errorWhere(async () => true)
})

test('rules join to rules, hand-written ones on the right', () => {
  const byHand: Rule = {
    test: (ctx) => {
      expectTypeOf(ctx).toEqualTypeOf<RuleContext>()
      return ctx.total > 2
    },
    explain: () => ({ rule: 'more than two', met: false }),
  }
  expectTypeOf(failureRate(0.5).and(byHand).or(minRequests(2)).not()).toEqualTypeOf<Tripper>()
  expectTypeOf(failureRate(0.5).slowThresholdsMs).toEqualTypeOf<readonly number[]>()
  expectTypeOf(failureRate(0.5).explain).returns.toEqualTypeOf<TripperReport>()
  expectTypeOf(byHand.explain).returns.toEqualTypeOf<RuleReport>()
  new CircuitBreaker({ name: 'x', tripper: byHand })
  // @ts-expect-error a rule must be able to explain itself
  new CircuitBreaker({ name: 'x', tripper: { test: () => true } })
  // @ts-expect-error by hand there is no and(); start with one that has it
  byHand.and(failureRate(0.5))
})

test('tripWhen sees the live numbers', () => {
  tripWhen(
    'slow',
    (ctx) => {
      expectTypeOf(ctx.failureRate).toEqualTypeOf<number | undefined>()
      expectTypeOf(ctx.state).toExtend<string>()
      expectTypeOf(ctx.slow[250]).toEqualTypeOf<number | undefined>()
      // @ts-expect-error they are not to be changed
      ctx.total = 0
      return false
    },
    { slowThresholdsMs: [250] },
  )
  // @ts-expect-error a rule has a name
  tripWhen(() => true)
})

test('retries, permits and windows are told apart', () => {
  expectTypeOf(cooldown(5)).toEqualTypeOf<Retry>()
  expectTypeOf(admitAll()).toEqualTypeOf<Permit>()
  expectTypeOf(countWindow(5)).toEqualTypeOf<Window>()
  expectTypeOf(timeWindow(5, { buckets: 2 })).toEqualTypeOf<Window>()
  retryWhen('x', ({ reopens, error, random }) => {
    expectTypeOf(error).toBeUnknown()
    return reopens * random()
  })
  admitWhen('x', ({ elapsedMs, recorded, succeeded }) => elapsedMs > 5 && recorded === succeeded)
  // @ts-expect-error a retry is no permit
  new CircuitBreaker({ name: 'x', permit: cooldown(5) })
  // @ts-expect-error initialMs is needed
  backoff({ maxMs: 5 })
  // @ts-expect-error a ramp has an end
  rampUp({ from: 0.1, to: 1 })
})

test('every policy is read-only, and data', () => {
  const policies = [countWindow(1), anyError(), minRequests(1), cooldown(1), admitAll()]
  expectTypeOf(policies[0]?.toJSON()).toEqualTypeOf<PolicyJson | undefined>()
  // @ts-expect-error a value does not change
  minRequests(1).minRequests = 2
})
