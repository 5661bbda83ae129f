import type { RuleReport } from '../model/rule-report.ts'
import { CombinableRule, type RuleContext, type RuleTraits, type Tripper } from './rule.ts'

/** What a rule of the form `value >= limit` compares. */
export interface Quantity extends RuleTraits {
  /** Name of the value in reports. */
  readonly rule: string
  readonly unit: 'ratio' | 'count' | 'ms'
  readonly value: (ctx: RuleContext) => number | undefined
  /** A limit above the number of probes is that number in half_open. */
  readonly capped?: boolean
}

class Comparison extends CombinableRule {
  readonly #threshold: number
  readonly #quantity: Quantity

  constructor(
    type: string,
    args: readonly [number, ...number[]],
    quantity: Quantity,
    traits: RuleTraits = quantity,
  ) {
    super(type, args, traits)
    this.#threshold = args[0]
    this.#quantity = quantity
  }

  #limit(ctx: RuleContext): number {
    const threshold = this.#threshold
    return this.#quantity.capped ? Math.min(ctx.probes ?? threshold, threshold) : threshold
  }

  override test(ctx: RuleContext): boolean {
    return (this.#quantity.value(ctx) ?? 0) >= this.#limit(ctx)
  }

  protected override report(ctx: RuleContext): RuleReport {
    const { rule, unit, value } = this.#quantity
    const actual = value(ctx)
    return {
      rule,
      met: this.test(ctx),
      threshold: this.#limit(ctx),
      unit,
      ...(actual !== undefined && { actual }),
    }
  }
}

/**
 * A rule that compares a quantity with the first of `args`, its limit, which is above 0. `traits` are
 * those of the quantity by default.
 */
export const comparison = (...args: ConstructorParameters<typeof Comparison>): Tripper =>
  Object.freeze(new Comparison(...args))
