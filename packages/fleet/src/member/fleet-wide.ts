import type { PolicyJson, Rule, RuleContext, RuleReport, SharedOptions } from '@fluxgate/core'
import { check, checkMethods, checkOptions, checkRange } from '../validation.ts'

/** What all instances counted in the shared window. */
export interface SharedSums {
  readonly total: number
  readonly failures: number
}

/** The sums for the current epoch of each circuit, by its window. Only shared circuits have sums. */
const sumsByWindow = new WeakMap<object, SharedSums>()

/** Sets the sums for the {@link fleetWide} rules of an epoch; undefined while they are unknown. */
export function setSharedSums(window: object, sums: SharedSums | undefined): void {
  if (sums === undefined) sumsByWindow.delete(window)
  else sumsByWindow.set(window, sums)
}

/** Options of {@link fleetWide}. */
export interface FleetWideOptions {
  /** Length of the shared window in ms, from 100 to 3,600,000. Default 10,000. */
  readonly windowMs?: number | undefined
}

const TYPE = 'fleetWide'
const RULES_WITHOUT_SUMS = ['failureStreak', 'slowRate', 'avgLatency']

/**
 * A rule over the calls of all instances that share the circuit, for instances with few calls. An
 * instance with failures evaluates it when sums arrive. It is met only when as many instances as the
 * quorum have failures. Without a fleet, or while the store is unreachable, it is not met.
 *
 * @param rule that combines `minRequests`, `failureRate`, `failureCount` and `tripWhen`
 * @throws TypeError when the rule uses durations or streaks, which have no sums; RangeError when
 * `windowMs` is out of range
 * @example
 * const tripper = failureStreak(5).or(fleetWide(minRequests(20).and(failureRate(0.5))))
 */
export function fleetWide(rule: Rule, options: FleetWideOptions = {}): Rule {
  checkMethods('fleetWide: rule', rule, 'test')
  checkOptions('fleetWide', options, 'windowMs')
  const { windowMs = 10_000 } = options
  checkRange('fleetWide: windowMs', windowMs, 100, 3_600_000)
  const json = rule.toJSON?.() ?? { type: 'custom', args: [] }
  const unsupported = rulesOf(json).find(({ type }) => RULES_WITHOUT_SUMS.includes(type))?.type
  check(
    unsupported === undefined,
    'fleetWide: rule',
    'about counts of calls and failures',
    unsupported,
  )
  const { slowThresholdsMs = [] } = rule
  check(
    slowThresholdsMs.length === 0,
    'fleetWide: rule',
    'without slowThresholdsMs',
    slowThresholdsMs,
  )
  const args = [json, { windowMs }]
  const test = (ctx: RuleContext) => {
    const sums = sumsByWindow.get(ctx)
    return sums !== undefined && rule.test(withSums(ctx, sums))
  }
  const explain = (ctx: RuleContext): RuleReport => {
    const label = describeSums(sumsByWindow.get(ctx))
    return { type: TYPE, args, rule: label, met: test(ctx) }
  }
  // instances without failures do not evaluate the rule, so that healthy calls cost nothing
  const skipWhileHealthy = true
  return Object.freeze<Rule>({
    test,
    explain,
    skipWhileHealthy,
    timed: false,
    toJSON: () => ({ type: TYPE, args }),
  })
}

/** The reason of a signal that such a rule caused. */
export function describeSums({ total, failures }: SharedSums = { total: 0, failures: 0 }): string {
  return `${failures} of ${total} calls of the fleet failed`
}

/** The length of the shared window of the rules in `tripper`; 0 without a fleet-wide rule. */
export function sharedWindowMs(tripper: SharedOptions['tripper']): number {
  const json = tripper.toJSON?.()
  const wide = (json ? rulesOf(json) : []).filter(({ type }) => type === TYPE)
  const [windowMs = 0, other] = new Set(wide.map(({ args }) => windowMsOf(args)))
  check(other === undefined, 'fleetWide: windowMs', `the same in all rules of a circuit`, other)
  return windowMs
}

function windowMsOf([, options]: PolicyJson['args']): number {
  const { windowMs = 0 }: { windowMs?: unknown } = Object(options)
  return Number(windowMs)
}

function rulesOf(json: PolicyJson): PolicyJson[] {
  const nested = json.args.flatMap((arg) => (isPolicy(arg) ? rulesOf(arg) : []))
  return [json, ...nested]
}

function isPolicy(arg: PolicyJson['args'][number]): arg is PolicyJson {
  return typeof arg === 'object' && 'type' in arg && Array.isArray(arg.args)
}

function withSums(ctx: RuleContext, { total, failures }: SharedSums): RuleContext {
  const { state, circuitName } = ctx
  return {
    state,
    circuitName,
    total,
    failures,
    ignored: 0,
    failureStreak: 0,
    totalDurationMs: 0,
    failureRate: total === 0 ? undefined : failures / total,
    slow: {},
  }
}
