import {
  checkCount,
  checkFunction,
  checkMs,
  checkOptions,
  checkRatio,
  checkText,
} from '../internal/validation.ts'
import {
  checkThresholds,
  type RuleContext,
  type RuleTraits,
  type Tripper,
  tripper,
} from './rule.ts'

/** What a rule compares: `value >= limit`. */
interface Comparison extends RuleTraits {
  /** What reports call the value. */
  readonly rule: string
  readonly unit: 'ratio' | 'count' | 'ms'
  readonly value: (ctx: RuleContext) => number | undefined
  readonly limit: (ctx: RuleContext) => number
  /** `value >= limit`, written out for each rule: one function for all would be called for all. */
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
  ctx.probes !== undefined && ctx.probes < count ? ctx.probes : count

/**
 * At least `n` calls are in the window. By itself no reason to open: join it with a rate.
 *
 * In half_open `n` is capped at the number of probes, so that few probes can decide.
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
    minRequests: n,
  })
}

/**
 * The share of failures among the calls in the window is at least `ratio`. Rejected, ignored and
 * aborted calls are not among them.
 *
 * @param ratio above 0 and at most 1
 * @throws TypeError or RangeError when `ratio` is anything else
 * @example
 * failureRate(0.5) // one of two
 */
export function failureRate(ratio: number): Tripper {
  checkRatio('failureRate: ratio', ratio)
  return comparison('failureRate', [ratio], {
    rule: 'failure rate',
    unit: 'ratio',
    value: (ctx) => ctx.failureRate,
    limit: () => ratio,
    test: (ctx) => (ctx.failureRate ?? 0) >= ratio,
    skipWhileHealthy: true,
  })
}

/**
 * The share of calls that took `thresholdMs` or longer is at least `ratio`. Failures count too: a
 * timeout is slow.
 *
 * @param ratio above 0 and at most 1
 * @param thresholdMs milliseconds above 0
 * @throws TypeError or RangeError when an argument is anything else
 * @example
 * slowRate(0.3, 1_000) // three of ten take a second or more
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
 * The calls in the window took `ms` or longer on average, failures included.
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
 * The last `n` recorded calls all failed, however long ago they were: a streak ends with a success,
 * not with time. In half_open `n` is capped at the number of probes.
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
    skipWhileHealthy: true,
  })
}

function predicate(
  type: string,
  args: string[],
  rule: string,
  test: (ctx: RuleContext) => boolean,
  slowThresholdsMs?: readonly number[],
): Tripper {
  const explain = (ctx: RuleContext) => ({ rule, met: !!test(ctx) })
  return tripper(type, args, explain, { test, ...(slowThresholdsMs && { slowThresholdsMs }) })
}

/** True while the circuit is closed (or watched in metrics_only, which stands in for closed). */
export function whileClosed(): Tripper {
  return predicate(
    'whileClosed',
    [],
    'closed',
    ({ state }) => state === 'closed' || state === 'metrics_only',
  )
}

/**
 * True while the circuit is half-open: rules that are stricter, or kinder, to probes.
 *
 * @example
 * whileHalfOpen().and(failureRate(0.2)).or(whileClosed().and(minRequests(20)).and(failureRate(0.5)))
 */
export function whileHalfOpen(): Tripper {
  return predicate('whileHalfOpen', [], 'half open', (ctx) => ctx.state === 'half_open')
}

/**
 * A rule of your own. It must be quick, as it runs after every recorded call; when it throws, the
 * circuit does not trip and `onError` is told.
 *
 * @param name what reports and reasons call it
 * @param test true when the circuit should be open
 * @param options.slowThresholdsMs durations for which `ctx.slow` must count
 * @throws TypeError when an argument is of the wrong kind
 * @example
 * tripWhen('night shift', (ctx) => ctx.failures >= 3 && new Date().getHours() < 6)
 */
export function tripWhen(
  name: string,
  test: (ctx: RuleContext) => boolean,
  options: { readonly slowThresholdsMs?: readonly number[] | undefined } = {},
): Tripper {
  checkText('tripWhen: name', name)
  checkFunction('tripWhen: test', test)
  checkOptions('tripWhen', options, { slowThresholdsMs: checkThresholds })
  return predicate('tripWhen', [name], name, test, options.slowThresholdsMs)
}
