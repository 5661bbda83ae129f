import { booleanResult } from '../internal/policy-result.ts'
import { check, checkBoolean, checkCount, checkEach, checkMs } from '../internal/validation.ts'
import type { Metrics } from '../model/metrics.ts'
import type { PolicyJson } from '../model/policy-json.ts'
import type { RuleReport, TripperReport } from '../model/rule-report.ts'
import type { State } from '../model/state.ts'

/** The input of a rule: the current counts of the epoch. */
export interface RuleContext extends Metrics {
  readonly state: State
  readonly circuitName: string
  /**
   * What the call that was just recorded threw, also when it counts as a success. Undefined after a
   * result, and when the rule is evaluated without a call.
   */
  readonly lastError?: unknown
  /** Number of probes, only in half_open. `minRequests` and `failureStreak` are capped at it. */
  readonly probes?: number | undefined
}

/** The members that a breaker needs of a rule. Implement it to write a rule by hand. */
export interface Rule {
  /** True when the circuit should be open. Called after every recorded call. */
  test(ctx: RuleContext): boolean
  /** Returns the same result with the compared values. */
  explain(ctx: RuleContext): RuleReport
  /** Durations in ms for which `ctx.slow` counts slow calls. */
  readonly slowThresholdsMs?: readonly number[]
  /** Calls in the window that the rule needs to be met. A breaker with a smaller window throws. */
  readonly minRequests?: number
  /**
   * True when the rule is never met without a failure or a slow call (by `slowThresholdsMs`) in the
   * window. Then it is not evaluated while all calls are healthy. Default false.
   */
  readonly skipWhileHealthy?: boolean
  /**
   * False for a rule that uses neither durations nor `ctx.slow`. Then calls are not timed for it, which
   * halves their cost. Default true.
   */
  readonly timed?: boolean
  toJSON?(): PolicyJson
}

/** A rule that can be combined with others. */
export interface Tripper extends Rule {
  explain(ctx: RuleContext): TripperReport
  readonly slowThresholdsMs: readonly number[]
  /** The larger number of the rules of `and()`, the smaller one of the rules of `or()`. */
  readonly minRequests: number
  readonly skipWhileHealthy: boolean
  readonly timed: boolean
  and(other: Rule): Tripper
  or(other: Rule): Tripper
  not(): Tripper
  toJSON(): PolicyJson
}

/** @internal */
export const NO_THRESHOLDS: readonly number[] = Object.freeze([])

// The number that `not()` of the rule needs. Registered, because rules of two copies combine.
const minRequestsOfNot: unique symbol = Symbol.for('fluxgate.minRequestsOfNot') as never

/** The states in which a rule can be met, and those in which it can be not met. */
interface Reach {
  readonly met: readonly RuleState[]
  readonly unmet: readonly RuleState[]
}

/** metrics_only is like closed for rules; other states evaluate none. */
type RuleState = 'closed' | 'half_open'

const BOTH: readonly RuleState[] = ['closed', 'half_open']
const EVERYWHERE: Reach = { met: BOTH, unmet: BOTH }

/** @internal The key of a rule's {@link Reach}. Registered, because rules of two copies combine. */
export const reach: unique symbol = Symbol.for('fluxgate.reach') as never
/** Options of `tripWhen`. */
export interface TripWhenOptions {
  /** Durations in ms for which `ctx.slow` counts slow calls. Default: none. */
  readonly slowThresholdsMs?: readonly number[] | undefined
  /** False when `test` uses no durations: calls are then not timed for this rule. Default true. */
  readonly timed?: boolean | undefined
}

/** @internal A rule without its descriptions. */
export interface RuleTraits extends Omit<Rule, 'explain' | 'toJSON'> {
  readonly [minRequestsOfNot]?: number
  readonly [reach]?: Reach
}

/** @internal True for a rule that contradicts itself, such as `whileClosed().and(whileHalfOpen())`. */
export function isNeverMet({ [reach]: { met } = EVERYWHERE }: RuleTraits): boolean {
  return met.length === 0
}

/** @internal Makes a rule that can be combined with others. */
export function tripper(
  type: string,
  args: PolicyJson['args'],
  explain: Rule['explain'],
  traits: RuleTraits,
): Tripper {
  const { test, slowThresholdsMs, minRequests = 1, skipWhileHealthy = false, timed = true } = traits
  const self: Tripper & RuleTraits = Object.freeze<Tripper & RuleTraits>({
    test,
    explain: (ctx) => ({ type, args, ...explain(ctx) }),
    slowThresholdsMs:
      // Stryker disable next-line ConditionalExpression: saves an allocation per rule; an empty list is made instead
      slowThresholdsMs === undefined
        ? NO_THRESHOLDS
        : Object.freeze([...new Set(slowThresholdsMs)]),
    minRequests,
    [minRequestsOfNot]: traits[minRequestsOfNot] ?? 1,
    skipWhileHealthy,
    ...(traits[reach] && { [reach]: traits[reach] }),
    timed,
    and: (other: Rule) => composed('and', [self, other], (ctx) => test(ctx) && tested(other, ctx)),
    or: (other: Rule) => composed('or', [self, other], (ctx) => test(ctx) || tested(other, ctx)),
    not: () => composed('not', [self], (ctx) => !test(ctx)),
    toJSON: () => ({ type, args }),
  })
  return self
}

/** The verdict of a rule that may be written by hand. */
const tested = (rule: Rule, ctx: RuleContext) => booleanResult('tripper: test', rule.test(ctx))

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
  const needs = rules.map((rule) => rule.minRequests ?? 1)
  const needsOfNot = rules.map((rule: RuleTraits) => rule[minRequestsOfNot] ?? 1)
  const [needed, neededOfNot] = op === 'not' ? [needsOfNot, needs] : [needs, needsOfNot]
  const reaches = rules.map(({ [reach]: known = EVERYWHERE }: RuleTraits) => known)
  const inAll = (key: keyof Reach) => BOTH.filter((s) => reaches.every((r) => r[key].includes(s)))
  const inAny = (key: keyof Reach) => BOTH.filter((s) => reaches.some((r) => r[key].includes(s)))
  const reachOf: Record<typeof op, () => Reach> = {
    and: () => ({ met: inAll('met'), unmet: inAny('unmet') }),
    or: () => ({ met: inAny('met'), unmet: inAll('unmet') }),
    not: () => ({ met: inAll('unmet'), unmet: inAll('met') }),
  }
  return tripper(op, rules.map(ruleJson), explain, {
    test,
    [reach]: reachOf[op](),
    slowThresholdsMs: rules.flatMap((rule) => rule.slowThresholdsMs ?? []),
    // De Morgan: not() of an and() is an or()
    minRequests: Math[op === 'or' ? 'min' : 'max'](...needed),
    [minRequestsOfNot]: Math[all ? 'min' : 'max'](...neededOfNot),
    timed: rules.some((rule) => rule.timed !== false),
    skipWhileHealthy:
      op !== 'not' && rules[all ? 'some' : 'every']((rule) => rule.skipWhileHealthy === true),
  })
}

/** @internal The JSON of a rule. One written by hand, without `toJSON`, is `custom`. */
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
  checkEach(owner, rule, {
    slowThresholdsMs: checkThresholds,
    minRequests: checkCount,
    timed: checkBoolean,
  })
  checkTimed(owner, rule)
}

/** @internal Counting slow calls takes durations. */
export function checkTimed(
  owner: string,
  { timed, slowThresholdsMs = NO_THRESHOLDS }: TripWhenOptions,
): void {
  const ok = timed !== false || slowThresholdsMs.length === 0
  check(ok, `${owner}: timed`, 'true for a rule with slowThresholdsMs', timed, true)
}

/** @internal */
export function checkThresholds(option: string, value: unknown): void {
  check(Array.isArray(value), option, 'an array', value)
  for (const ms of value) checkMs(option, ms)
}
