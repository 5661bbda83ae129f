import { expectTypeOf, test } from 'vitest'
import {
  admitAll,
  admitWhen,
  anyError,
  backoff,
  CircuitBreaker,
  cooldown,
  countWindow,
  errorNamed,
  errorType,
  errorWhere,
  failureRate,
  failureStreak,
  type Metrics,
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
  serviceError,
  slowRate,
  TimeoutError,
  type Tracker,
  type Tripper,
  type TripperReport,
  timeWindow,
  tripWhen,
  type Window,
  WindowCounts,
} from '../index.ts'

test('a breaker accepts every kind of policy', () => {
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

test('trackers combine to a tracker', () => {
  expectTypeOf(
    anyError()
      .and(errorType(Error))
      .or(resultWhere(() => true))
      .not(),
  ).toEqualTypeOf<Tracker>()
  // @ts-expect-error a rule is not a tracker
  anyError().or(failureRate(0.5))
  // @ts-expect-error a tracker is not a rule
  new CircuitBreaker({ name: 'x', tripper: anyError() })
})

test('errorType accepts classes, also abstract ones and ones with parameters', () => {
  abstract class Fault extends Error {}
  class HttpFault extends Fault {
    readonly status: number
    constructor(status: number, url: URL) {
      super(url.href)
      this.status = status
    }
  }
  errorType(Fault, HttpFault, DOMException)
  // @ts-expect-error an instance is not a class
  errorType(new Error('x'))
  // @ts-expect-error a name is not a class
  errorType('TypeError')
})

test('a predicate receives an unknown error, or a result of the given type', () => {
  errorWhere((error) => {
    expectTypeOf(error).toBeUnknown()
    return error instanceof TypeError
  })
  errorWhere<DOMException>((error) => {
    expectTypeOf(error).toEqualTypeOf<DOMException>()
    return error.code > 20
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
  // @ts-expect-error a predicate returns a boolean
  errorWhere(() => 'yes')
  // @ts-expect-error a predicate is synchronous
  errorWhere(async () => true)
})

test('a breaker accepts a tracker, or false, as ignore', () => {
  new CircuitBreaker({ name: 'x', ignore: false, deadline: 'ignore' })
  new CircuitBreaker({ name: 'x', ignore: errorNamed('AbortError').or(resultWhere(() => true)) })
  serviceError({ statuses: (status) => status >= 500 })
  // @ts-expect-error true is not a tracker
  new CircuitBreaker({ name: 'x', ignore: true })
  // @ts-expect-error a status is judged by a function
  serviceError({ statuses: [503] })
})

test('a window of your own extends WindowCounts', () => {
  class Nothing extends WindowCounts {
    protected override push(): void {}
    protected override evictExpired(): boolean {
      return false
    }
  }
  const window: Window = {
    capacity: 1,
    open: (options) => new Nothing(options),
    toJSON: () => ({ type: 'nothing', args: [] }),
  }
  new CircuitBreaker({ name: 'x', window })
  // @ts-expect-error a subclass implements push() and evictExpired()
  class Incomplete extends WindowCounts {}
  expectTypeOf<Incomplete>().toExtend<WindowCounts>()
})

test('rules combine to a rule, with a rule written by hand on the right', () => {
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
  // @ts-expect-error a rule has explain()
  new CircuitBreaker({ name: 'x', tripper: { test: () => true } })
  // @ts-expect-error a rule written by hand has no and()
  byHand.and(failureRate(0.5))
})

test('tripWhen receives the counts of the epoch', () => {
  tripWhen(
    'slow',
    (ctx) => {
      expectTypeOf(ctx.failureRate).toEqualTypeOf<number | undefined>()
      expectTypeOf(ctx.state).toExtend<string>()
      expectTypeOf(ctx.slow[250]).toEqualTypeOf<number | undefined>()
      // @ts-expect-error the counts are read-only
      ctx.total = 0
      return false
    },
    { slowThresholdsMs: [250] },
  )
  // @ts-expect-error the name is required
  tripWhen(() => true)
})

test('retry schedules, permits and windows are different types', () => {
  expectTypeOf(cooldown(5)).toEqualTypeOf<Retry>()
  expectTypeOf(admitAll()).toEqualTypeOf<Permit>()
  expectTypeOf(countWindow(5)).toEqualTypeOf<Window>()
  expectTypeOf(timeWindow(5, { buckets: 2 })).toEqualTypeOf<Window>()
  retryWhen('x', ({ reopens, error, metrics, random }) => {
    expectTypeOf(error).toBeUnknown()
    expectTypeOf(metrics).toEqualTypeOf<Metrics>()
    return reopens * random()
  })
  admitWhen('x', ({ elapsedMs, recorded, succeeded }) => elapsedMs > 5 && recorded === succeeded)
  // @ts-expect-error a retry schedule is not a permit
  new CircuitBreaker({ name: 'x', permit: cooldown(5) })
  // @ts-expect-error initialMs is required
  backoff({ maxMs: 5 })
  // @ts-expect-error durationMs is required
  rampUp({ from: 0.1, to: 1 })
})

test('every policy is read-only and has toJSON()', () => {
  const policies = [countWindow(1), anyError(), minRequests(1), cooldown(1), admitAll()]
  expectTypeOf(policies[0]?.toJSON()).toEqualTypeOf<PolicyJson | undefined>()
  // @ts-expect-error a policy is read-only
  minRequests(1).minRequests = 2
})
