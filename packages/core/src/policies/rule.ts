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

/**
 * What a rule takes to be met, and to be not met. States: 1 for closed and metrics_only, 2 for half_open, 3
 * for both, 0 when it is impossible; other states evaluate no rule. Calls: the fewest in the window.
 */
type Reach = readonly [metIn: number, metBy: number, unmetIn: number, unmetBy: number]

/** @internal The key of a rule's {@link Reach}. Registered, because rules of two copies combine. */
export const reach: unique symbol = Symbol.for('fluxgate.reach') as never

const ANYTIME: Reach = [3, 1, 3, 1]

const reachOf = (rule: RuleTraits): Reach =>
  rule[reach] ?? (rule.minRequests ? [3, rule.minRequests, 3, 1] : ANYTIME)

/** The reach of `and()`. */
const bothMet = ([metIn, metBy, unmetIn, unmetBy]: Reach, other: Reach): Reach => [
  metIn & other[0],
  Math.max(metBy, other[1]),
  unmetIn | other[2],
  Math.min(unmetBy, other[3]),
]
const negated = ([metIn, metBy, unmetIn, unmetBy]: Reach): Reach => [unmetIn, unmetBy, metIn, metBy]

/** Options of `tripWhen`. */
export interface TripWhenOptions {
  /** Durations in ms for which `ctx.slow` counts slow calls. Default: none. */
  readonly slowThresholdsMs?: readonly number[] | undefined
  /** False when `test` uses no durations: calls are then not timed for this rule. Default true. */
  readonly timed?: boolean | undefined
}

/** @internal A rule without its descriptions. */
export interface RuleTraits extends Omit<Rule, 'test' | 'explain' | 'toJSON'> {
  readonly [reach]?: Reach
}

/** @internal True for a rule that contradicts itself, such as `whileClosed().and(whileHalfOpen())`. */
export function isNeverMet(rule: RuleTraits): boolean {
  return rule[reach]?.[0] === 0
}

/** @internal A class, so that rules share their methods: a program can have as many rules as circuits. */
export abstract class CombinableRule implements Tripper {
  declare readonly slowThresholdsMs: readonly number[]
  declare readonly minRequests: number
  declare readonly [reach]: Reach
  declare readonly skipWhileHealthy: boolean
  declare readonly timed: boolean
  readonly #json: PolicyJson

  /** By default a rule is not timed. */
  constructor(type: string, args: PolicyJson['args'], traits: RuleTraits) {
    this.#json = { type, args }
    // without duplicates, and shared while empty
    const thresholds = traits.slowThresholdsMs ?? NO_THRESHOLDS
    this.slowThresholdsMs =
      // Stryker disable next-line ConditionalExpression: saves an allocation; an empty array is made instead
      thresholds.length === 0 ? NO_THRESHOLDS : Object.freeze([...new Set(thresholds)])
    this[reach] = reachOf(traits)
    this.minRequests = this[reach][1]
    this.skipWhileHealthy = traits.skipWhileHealthy ?? false
    this.timed = traits.timed ?? false
  }

  abstract test(ctx: RuleContext): boolean

  /** The report without the identity of the rule. */
  protected abstract report(ctx: RuleContext): RuleReport

  explain(ctx: RuleContext): TripperReport {
    return { ...this.#json, ...this.report(ctx) }
  }

  and(other: Rule): Tripper {
    return composed('and', this, other)
  }

  or(other: Rule): Tripper {
    return composed('or', this, other)
  }

  not(): Tripper {
    return composed('not', this)
  }

  toJSON(): PolicyJson {
    return this.#json
  }
}

class ComposedRule extends CombinableRule {
  readonly #op: 'and' | 'or' | 'not'
  readonly #rules: readonly [CombinableRule, Rule?]

  constructor(op: 'and' | 'or' | 'not', rules: readonly [CombinableRule, Rule?]) {
    const all = rules as readonly Rule[]
    const isAnd = op === 'and'
    const isNot = op === 'not'
    const reaches = all.map(reachOf)
    super(op, all.map(ruleJson), {
      [reach]: isAnd
        ? reaches.reduce(bothMet)
        : // De Morgan: or() is the not() of the and() of the nots
          negated((isNot ? reaches : reaches.map(negated)).reduce(bothMet)),
      slowThresholdsMs: all.flatMap((rule) => rule.slowThresholdsMs ?? NO_THRESHOLDS),
      timed: all.some((rule) => rule.timed !== false),
      skipWhileHealthy: !isNot && all[isAnd ? 'some' : 'every']((rule) => rule.skipWhileHealthy),
    })
    this.#op = op
    this.#rules = rules
  }

  override test(ctx: RuleContext): boolean {
    const rules = this.#rules
    const second = rules[1] // to destructure an array takes an iterator
    const met = rules[0].test(ctx)
    if (second === undefined) return !met
    // the second rule may be written by hand
    return met === (this.#op === 'and') ? booleanResult('tripper: test', second.test(ctx)) : met
  }

  protected override report(ctx: RuleContext): RuleReport {
    const op = this.#op
    const reports = (this.#rules as readonly Rule[]).map((rule) => rule.explain(ctx))
    const met = reports[op === 'and' ? 'every' : 'some']((report) => report.met) !== (op === 'not')
    // a.and(b).and(c) reads as one list of three
    const joined = (report: RuleReport) => (report.op === op ? (report.children ?? []) : [report])
    const children = op === 'not' ? reports : reports.flatMap(joined)
    return { args: [], rule: op, op, met, children }
  }
}

function composed(op: 'and' | 'or' | 'not', ...rules: readonly [CombinableRule, Rule?]): Tripper {
  for (const rule of rules) checkRule(op, rule)
  return Object.freeze(new ComposedRule(op, rules))
}

/** @internal The JSON of a rule. One written by hand, without `toJSON`, is `custom`. */
export function ruleJson(rule: Rule): PolicyJson {
  return rule.toJSON?.() ?? { type: 'custom', args: [] }
}

const CHECKS = { slowThresholdsMs: checkThresholds, minRequests: checkCount, timed: checkBoolean }

/** @internal */
export function checkRule(owner: string, value: unknown): asserts value is Rule {
  const rule = value as Rule | undefined
  check(
    typeof rule?.test === 'function' && typeof rule.explain === 'function',
    `${owner}: tripper`,
    'a rule such as failureRate(0.5)',
    value,
  )
  checkEach(owner, rule, CHECKS)
  checkTimed(owner, rule)
}

/** @internal Counting slow calls takes durations. */
export function checkTimed(owner: string, { timed, slowThresholdsMs }: TripWhenOptions): void {
  const ok = timed !== false || !slowThresholdsMs?.length
  check(ok, `${owner}: timed`, 'true for a rule with slowThresholdsMs', timed, true)
}

/** @internal */
export function checkThresholds(option: string, value: unknown): void {
  check(Array.isArray(value), option, 'an array', value)
  for (const ms of value) checkMs(option, ms)
}
