import { booleanResult } from '../internal/policy-result.ts'
import {
  checkBoolean,
  checkCount,
  checkFunction,
  checkMs,
  checkOptions,
  checkRatio,
  checkText,
} from '../internal/validation.ts'
import {
  checkThresholds,
  checkTimed,
  NO_THRESHOLDS,
  type RuleContext,
  type RuleTraits,
  reach,
  type Tripper,
  type TripWhenOptions,
  tripper,
} from './rule.ts'

/** A rule of the form `value >= limit`. */
interface Comparison extends RuleTraits {
  /** Name of the value in reports. */
  readonly rule: string
  readonly unit: 'ratio' | 'count' | 'ms'
  readonly value: (ctx: RuleContext) => number | undefined
  readonly limit: (ctx: RuleContext) => number
  /** `value >= limit`, written out in each rule, because one shared function is slower. */
  readonly test: (ctx: RuleContext) => boolean
}

function comparison(type: string, args: number[], compared: Comparison): Tripper {
  const { rule, unit, value, limit, test } = compared
  const explain = (ctx: RuleContext) => {
    const actual = value(ctx)
    const report = { rule, met: test(ctx), threshold: limit(ctx), unit }
    return actual === undefined ? report : { ...report, actual }
  }
  return tripper(type, args, explain, compared)
}

const capped = (count: number) => (ctx: RuleContext) =>
  // Stryker disable next-line ConditionalExpression,EqualityOperator: `undefined` is not below any count, and two equal counts give the same cap
  ctx.probes !== undefined && ctx.probes < count ? ctx.probes : count

/**
 * At least `n` calls are in the window. Combine it with a rate, because alone it opens a healthy
 * circuit.
 *
 * In half_open `n` is capped at the number of probes, so that the probes can meet the rule.
 *
 * @param n whole number of at least 1
 * @throws TypeError or RangeError when `n` is anything else; the breaker throws when its window
 * cannot hold `n` calls
 * @example
 * minRequests(20).and(failureRate(0.5))
 */
export function minRequests(n: number): Tripper {
  checkCount('minRequests: n', n)
  const limit = capped(n)
  return comparison('minRequests', [n], {
    rule: 'requests',
    unit: 'count',
    value: (ctx) => ctx.total,
    limit,
    test: (ctx) => ctx.total >= limit(ctx),
    timed: false,
    minRequests: n,
  })
}

/**
 * The share of failures in the window is at least `ratio`. Rejected, ignored and aborted calls are
 * not in the window.
 *
 * @param ratio above 0 and at most 1
 * @throws TypeError or RangeError when `ratio` is anything else
 * @example
 * failureRate(0.5) // half of the calls or more
 */
export function failureRate(ratio: number): Tripper {
  checkRatio('failureRate: ratio', ratio)
  return comparison('failureRate', [ratio], {
    rule: 'failure rate',
    unit: 'ratio',
    value: (ctx) => ctx.failureRate,
    limit: () => ratio,
    test: (ctx) => (ctx.failureRate ?? 0) >= ratio,
    timed: false,
    skipWhileHealthy: true,
  })
}

/**
 * At least `n` calls in the window are failures. In half_open `n` is capped at the number of probes.
 *
 * @param n whole number of at least 1
 * @throws TypeError or RangeError when `n` is anything else; the breaker throws when its window
 * cannot hold `n` calls
 * @example
 * new CircuitBreaker({ name: 'search', window: timeWindow(60_000), tripper: failureCount(20) })
 */
export function failureCount(n: number): Tripper {
  checkCount('failureCount: n', n)
  const limit = capped(n)
  return comparison('failureCount', [n], {
    rule: 'failures',
    unit: 'count',
    value: (ctx) => ctx.failures,
    limit,
    test: (ctx) => ctx.failures >= limit(ctx),
    timed: false,
    minRequests: n,
    skipWhileHealthy: true,
  })
}

/**
 * The share of calls in the window that took `thresholdMs` or longer is at least `ratio`. Failures
 * count too, so that a timeout is a slow call.
 *
 * @param ratio above 0 and at most 1
 * @param thresholdMs milliseconds above 0
 * @throws TypeError or RangeError when an argument is anything else
 * @example
 * slowRate(0.3, 1_000) // 30 % of the calls take a second or more
 */
export function slowRate(ratio: number, thresholdMs: number): Tripper {
  checkRatio('slowRate: ratio', ratio)
  checkMs('slowRate: thresholdMs', thresholdMs)
  const value = (ctx: RuleContext) =>
    ctx.total === 0 ? undefined : (ctx.slow[thresholdMs] ?? 0) / ctx.total
  return comparison('slowRate', [ratio, thresholdMs], {
    rule: `slow rate (≥ ${thresholdMs} ms)`,
    unit: 'ratio',
    value,
    limit: () => ratio,
    test: (ctx) => (value(ctx) ?? 0) >= ratio,
    slowThresholdsMs: [thresholdMs],
    skipWhileHealthy: true,
  })
}

/**
 * The average duration of the calls in the window, failures included, is at least `ms`.
 *
 * @param ms milliseconds above 0
 * @throws TypeError or RangeError when `ms` is anything else
 * @example
 * minRequests(10).and(avgLatency(500))
 */
export function avgLatency(ms: number): Tripper {
  checkMs('avgLatency: ms', ms)
  return comparison('avgLatency', [ms], {
    rule: 'average duration',
    unit: 'ms',
    value: (ctx) => ctx.avgDurationMs,
    limit: () => ms,
    test: (ctx) => (ctx.avgDurationMs ?? 0) >= ms,
  })
}

/**
 * The last `n` recorded calls failed. A streak ends with a success; it does not expire, and it may be
 * longer than the window. In half_open `n` is capped at the number of probes.
 *
 * @param n whole number of at least 1
 * @throws TypeError or RangeError when `n` is anything else
 * @example
 * failureStreak(5).or(minRequests(20).and(failureRate(0.5)))
 */
export function failureStreak(n: number): Tripper {
  checkCount('failureStreak: n', n)
  const limit = capped(n)
  return comparison('failureStreak', [n], {
    rule: 'failure streak',
    unit: 'count',
    value: (ctx) => ctx.failureStreak,
    limit,
    test: (ctx) => ctx.failureStreak >= limit(ctx),
    timed: false,
    skipWhileHealthy: true,
  })
}

function predicate(
  type: string,
  args: string[],
  rule: string,
  test: (ctx: RuleContext) => boolean,
  {
    timed = false,
    slowThresholdsMs = NO_THRESHOLDS,
    ...traits
  }: TripWhenOptions & {
    readonly [reach]?: NonNullable<RuleTraits[typeof reach]>
  } = {},
): Tripper {
  const explain = (ctx: RuleContext) => ({ rule, met: test(ctx) })
  return tripper(type, args, explain, { test, timed, slowThresholdsMs, ...traits })
}

/** True in closed, and in metrics_only, which evaluates the rule as in closed. */
export function whileClosed(): Tripper {
  return predicate(
    'whileClosed',
    [],
    'closed',
    ({ state }) => state === 'closed' || state === 'metrics_only',
    { [reach]: { met: ['closed'], unmet: ['half_open'] } },
  )
}

/**
 * True in half_open. Combine it with a rule that is stricter or more tolerant for probes.
 *
 * @example
 * whileHalfOpen().and(failureRate(0.2)).or(whileClosed().and(minRequests(20)).and(failureRate(0.5)))
 */
export function whileHalfOpen(): Tripper {
  return predicate('whileHalfOpen', [], 'half open', (ctx) => ctx.state === 'half_open', {
    [reach]: { met: ['half_open'], unmet: ['closed'] },
  })
}

/**
 * A rule of your own. It runs after every recorded call, so it must be fast. When it throws or returns
 * a promise, the circuit does not open and `onError` is called.
 *
 * @param name shown in reports and reasons
 * @param test returns true when the circuit should open
 * @throws TypeError or RangeError when an argument is invalid
 * @example
 * tripWhen('night shift', (ctx) => ctx.failures >= 3 && new Date().getHours() < 6, { timed: false })
 */
export function tripWhen(
  name: string,
  test: (ctx: RuleContext) => boolean,
  options: TripWhenOptions = {},
): Tripper {
  checkText('tripWhen: name', name)
  checkFunction('tripWhen: test', test)
  checkOptions('tripWhen', options, { slowThresholdsMs: checkThresholds, timed: checkBoolean })
  checkTimed('tripWhen', options)
  const tested = (ctx: RuleContext) => booleanResult('tripWhen: test', test(ctx))
  return predicate('tripWhen', [name], name, tested, { ...options, timed: options.timed ?? true })
}
