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
import type { RuleReport } from '../model/rule-report.ts'
import { comparison, type Quantity } from './comparison.ts'
import {
  CombinableRule,
  checkThresholds,
  checkTimed,
  NO_THRESHOLDS,
  type RuleContext,
  type RuleTraits,
  reach,
  type Tripper,
  type TripWhenOptions,
} from './rule.ts'

const requests: Quantity = {
  rule: 'requests',
  unit: 'count',
  value: (ctx) => ctx.total,
  capped: true,
}

const failures: Quantity = {
  rule: 'failures',
  unit: 'count',
  value: (ctx) => ctx.failures,
  capped: true,
  skipWhileHealthy: true,
}

const rate: Quantity = {
  rule: 'failure rate',
  unit: 'ratio',
  value: (ctx) => ctx.failureRate,
  skipWhileHealthy: true,
}

const streak: Quantity = {
  rule: 'failure streak',
  unit: 'count',
  value: (ctx) => ctx.failureStreak,
  capped: true,
  skipWhileHealthy: true,
}

const averageDuration: Quantity = {
  rule: 'average duration',
  unit: 'ms',
  value: (ctx) => ctx.avgDurationMs,
  timed: true,
}

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
  return comparison('minRequests', [n], requests, { minRequests: n })
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
  return comparison('failureRate', [ratio], rate)
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
  return comparison('failureCount', [n], failures, { skipWhileHealthy: true, minRequests: n })
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
  return comparison('slowRate', [ratio, thresholdMs], {
    rule: `slow rate (≥ ${thresholdMs} ms)`,
    unit: 'ratio',
    value: ({ total, slow }) => (total === 0 ? undefined : (slow[thresholdMs] ?? 0) / total),
    slowThresholdsMs: [thresholdMs],
    timed: true,
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
  return comparison('avgLatency', [ms], averageDuration)
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
  return comparison('failureStreak', [n], streak)
}

class Predicate extends CombinableRule {
  readonly #rule: string
  readonly #test: (ctx: RuleContext) => boolean

  constructor(
    type: string,
    args: readonly string[],
    rule: string,
    test: (ctx: RuleContext) => boolean,
    traits: RuleTraits,
  ) {
    super(type, args, traits)
    this.#rule = rule
    this.#test = test
  }

  override test(ctx: RuleContext): boolean {
    return this.#test(ctx)
  }

  protected override report(ctx: RuleContext): RuleReport {
    return { rule: this.#rule, met: this.#test(ctx) }
  }
}

const predicate = (...args: ConstructorParameters<typeof Predicate>): Tripper =>
  Object.freeze(new Predicate(...args))

/** True in closed, and in metrics_only, which evaluates the rule as in closed. */
export function whileClosed(): Tripper {
  return predicate(
    'whileClosed',
    [],
    'closed',
    ({ state }) => state === 'closed' || state === 'metrics_only',
    { [reach]: [1, 1, 2, 1] },
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
    [reach]: [2, 1, 1, 1],
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
  const { slowThresholdsMs = NO_THRESHOLDS, timed = true } = options
  return predicate('tripWhen', [name], name, tested, { slowThresholdsMs, timed })
}
