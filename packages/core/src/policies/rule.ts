import { check, checkCount, checkEach, checkMs } from '../internal/validation.ts'
import type { Metrics } from '../model/metrics.ts'
import type { PolicyJson } from '../model/policy-json.ts'
import type { RuleReport, TripperReport } from '../model/rule-report.ts'
import type { State } from '../model/state.ts'

/** What a rule judges: the live numbers of the current epoch. */
export interface RuleContext extends Metrics {
  readonly state: State
  /** In half_open the number of probes, to which `minRequests` and `failureStreak` are capped. */
  readonly probes?: number | undefined
}

/** The least a rule must be; what users write by hand and join with the ones made here. */
export interface Rule {
  /** True when the circuit should be open. Called after every recorded call. */
  test(ctx: RuleContext): boolean
  /** The same, with the values it looked at. */
  explain(ctx: RuleContext): RuleReport
  /** Durations in ms for which `ctx.slow` must count. */
  readonly slowThresholdsMs?: readonly number[]
  /** Calls that must be in the window before all of it can be met; a smaller window is refused. */
  readonly minRequests?: number
  /**
   * Never met while no call in the window failed or was slow (by `slowThresholdsMs`), whatever else
   * holds; it is then not asked, which is most of the time. Default false.
   */
  readonly skipWhileHealthy?: boolean
  toJSON?(): PolicyJson
}

/** A rule that can be joined with others. */
export interface Tripper extends Rule {
  explain(ctx: RuleContext): TripperReport
  readonly slowThresholdsMs: readonly number[]
  readonly minRequests: number
  readonly skipWhileHealthy: boolean
  and(other: Rule): Tripper
  or(other: Rule): Tripper
  not(): Tripper
  toJSON(): PolicyJson
}

/** @internal */
export const NO_THRESHOLDS: readonly number[] = Object.freeze([])

/** @internal A rule but for what it says. */
export type RuleTraits = Omit<Rule, 'explain' | 'toJSON'>

/** @internal Makes a rule that can be joined with others. */
export function tripper(
  type: string,
  args: PolicyJson['args'],
  explain: Rule['explain'],
  { test, slowThresholdsMs, minRequests = 1, skipWhileHealthy = false }: RuleTraits,
): Tripper {
  const self: Tripper = Object.freeze<Tripper>({
    test,
    explain: (ctx) => ({ type, args, ...explain(ctx) }),
    slowThresholdsMs:
      slowThresholdsMs === undefined
        ? NO_THRESHOLDS
        : Object.freeze([...new Set(slowThresholdsMs)]),
    minRequests,
    skipWhileHealthy,
    and: (other: Rule) => composed('and', [self, other], (ctx) => test(ctx) && other.test(ctx)),
    or: (other: Rule) => composed('or', [self, other], (ctx) => test(ctx) || other.test(ctx)),
    not: () => composed('not', [self], (ctx) => !test(ctx)),
    toJSON: () => ({ type, args }),
  })
  return self
}

function composed(op: 'and' | 'or' | 'not', rules: readonly Rule[], test: Rule['test']): Tripper {
  for (const rule of rules) checkRule(op, rule)
  const all = op === 'and'
  const explain = (ctx: RuleContext): RuleReport => {
    const reports = rules.map((rule) => rule.explain(ctx))
    const met = reports[all ? 'every' : 'some']((report) => report.met) !== (op === 'not')
    // a.and(b).and(c) reads as one list of three
    const joined = (report: RuleReport) => (report.op === op ? (report.children ?? []) : [report])
    return {
      args: [],
      rule: op,
      op,
      met,
      children: op === 'not' ? reports : reports.flatMap(joined),
    }
  }
  return tripper(op, rules.map(ruleJson), explain, {
    test,
    slowThresholdsMs: rules.flatMap((rule) => rule.slowThresholdsMs ?? []),
    minRequests: Math.max(...rules.map((rule) => rule.minRequests ?? 1)),
    skipWhileHealthy:
      op !== 'not' && rules[all ? 'some' : 'every']((rule) => rule.skipWhileHealthy === true),
  })
}

/** @internal A rule written by hand may have no `toJSON`; then its class or nothing names it. */
export function ruleJson(rule: Rule): PolicyJson {
  return rule.toJSON?.() ?? { type: 'custom', args: [] }
}

/** @internal */
export function checkRule(owner: string, value: unknown): asserts value is Rule {
  const rule = value as Rule | undefined
  check(
    typeof rule?.test === 'function' && typeof rule.explain === 'function',
    `${owner}: tripper`,
    'a rule such as failureRate(0.5)',
    value,
  )
  checkEach(owner, rule, { slowThresholdsMs: checkThresholds, minRequests: checkCount })
}

/** @internal */
export function checkThresholds(option: string, value: unknown): void {
  check(Array.isArray(value), option, 'an array', value)
  for (const ms of value) checkMs(option, ms)
}
