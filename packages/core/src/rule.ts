import type { Metrics } from './metrics.ts'
import type { PolicyJson } from './policy.ts'
import type { RuleReport } from './rule-report.ts'
import type { State } from './state-name.ts'
import { check, checkCount, checkEach, checkMs } from './validation.ts'

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
  readonly onlyInTrouble?: boolean
  toJSON?(): PolicyJson
}

/** A rule that can be joined with others. */
export interface Tripper extends Rule {
  readonly slowThresholdsMs: readonly number[]
  readonly minRequests: number
  readonly onlyInTrouble: boolean
  and(other: Rule): Tripper
  or(other: Rule): Tripper
  not(): Tripper
  toJSON(): PolicyJson
}

/** @internal What a rule is made from. */
export interface RuleParts {
  readonly type: string
  readonly args: PolicyJson['args']
  readonly test: (ctx: RuleContext) => boolean
  readonly explain: (ctx: RuleContext) => RuleReport
  readonly slowThresholdsMs?: readonly number[]
  readonly minRequests?: number
  readonly onlyInTrouble?: boolean
}

const NO_THRESHOLDS: readonly number[] = Object.freeze([])

class Composable implements Tripper {
  readonly test: RuleParts['test']
  readonly explain: RuleParts['explain']
  readonly slowThresholdsMs: readonly number[]
  readonly minRequests: number
  readonly onlyInTrouble: boolean
  readonly #type: string
  readonly #args: PolicyJson['args']

  constructor(parts: RuleParts) {
    const { type, args, test, explain, slowThresholdsMs, minRequests = 1 } = parts
    this.test = test
    this.explain = explain
    this.slowThresholdsMs =
      slowThresholdsMs === undefined ? NO_THRESHOLDS : Object.freeze([...new Set(slowThresholdsMs)])
    this.minRequests = minRequests
    this.onlyInTrouble = parts.onlyInTrouble === true
    this.#type = type
    this.#args = args
    Object.freeze(this)
  }

  and(other: Rule): Tripper {
    return join('and', this, other)
  }

  or(other: Rule): Tripper {
    return join('or', this, other)
  }

  not(): Tripper {
    const { test, explain, slowThresholdsMs, minRequests } = this
    return tripper({
      type: 'not',
      args: [this.toJSON()],
      test: (ctx) => !test(ctx),
      explain: (ctx) => {
        const child = explain(ctx)
        return { rule: 'not', op: 'not', met: !child.met, children: [child] }
      },
      slowThresholdsMs,
      minRequests,
    })
  }

  toJSON(): PolicyJson {
    return { type: this.#type, args: this.#args }
  }
}

/** @internal */
export function tripper(parts: RuleParts): Tripper {
  return new Composable(parts)
}

function join(op: 'and' | 'or', left: Tripper, right: Rule): Tripper {
  checkRule(op, right)
  return tripper({
    type: op,
    args: [left.toJSON(), ruleJson(right)],
    test:
      op === 'and'
        ? (ctx) => left.test(ctx) && right.test(ctx)
        : (ctx) => left.test(ctx) || right.test(ctx),
    explain: (ctx) => {
      // a.and(b).and(c) reads as one list of three
      const children = [left, right]
        .map((rule) => rule.explain(ctx))
        .flatMap((report) => (report.op === op ? (report.children ?? []) : [report]))
      const met = op === 'and' ? children.every((c) => c.met) : children.some((c) => c.met)
      return { rule: op, op, met, children }
    },
    slowThresholdsMs: [...left.slowThresholdsMs, ...(right.slowThresholdsMs ?? NO_THRESHOLDS)],
    minRequests: Math.max(left.minRequests, right.minRequests ?? 1),
    onlyInTrouble:
      op === 'and'
        ? left.onlyInTrouble || right.onlyInTrouble === true
        : left.onlyInTrouble && right.onlyInTrouble === true,
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
