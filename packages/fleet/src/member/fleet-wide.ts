import type { PolicyJson, Rule, RuleContext, RuleReport, SharedOptions } from '@fluxgate/core'
import { check, checkMethods, checkOptions, checkRange } from '../validation.ts'

/** What all instances counted in the shared window. */
export interface SharedSums {
  readonly total: number
  readonly failures: number
}

/** The sums for the epoch of a circuit, by its window. A circuit without fleet has none. */
const sumsByWindow = new WeakMap<object, SharedSums>()

/** Sets what the {@link fleetWide} rules of an epoch look at; undefined while it is not known. */
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
const WITHOUT_SUMS = ['failureStreak', 'slowRate', 'avgLatency']

/**
 * A rule over the calls of all instances that share the circuit, for instances that see few calls. It
 * is evaluated when the sums of the others arrive, by instances that have failures themselves, and is
 * met only when as many instances as the quorum have failures. Without a fleet, or while its store is
 * unreachable, it is not met.
 *
 * @param rule made of `minRequests`, `failureRate`, `failureCount` and `tripWhen`
 * @throws TypeError when the rule looks at durations or streaks, which have no sums; RangeError for
 * another `windowMs`
 * @example
 * const tripper = failureStreak(5).or(fleetWide(minRequests(20).and(failureRate(0.5))))
 */
export function fleetWide(rule: Rule, options: FleetWideOptions = {}): Rule {
  checkMethods('fleetWide: rule', rule, 'test')
  checkOptions('fleetWide', options, 'windowMs')
  const { windowMs = 10_000 } = options
  checkRange('fleetWide: windowMs', windowMs, 100, 3_600_000)
  const json = rule.toJSON?.() ?? { type: 'custom', args: [] }
  const unfit = rulesOf(json).find(({ type }) => WITHOUT_SUMS.includes(type))?.type
  check(unfit === undefined, 'fleetWide: rule', 'about counts of calls and failures', unfit)
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
  // an instance without failures leaves the verdict to the others, so that healthy calls cost nothing
  const skipWhileHealthy = true
  return Object.freeze<Rule>({
    test,
    explain,
    skipWhileHealthy,
    timed: false,
    toJSON: () => ({ type: TYPE, args }),
  })
}

/** What a signal says that such a rule caused. */
export function describeSums({ total, failures }: SharedSums = { total: 0, failures: 0 }): string {
  return `${failures} of ${total} calls of the fleet failed`
}

/** The length of the shared window of the rules in `tripper`; 0 when none is fleet-wide. */
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
