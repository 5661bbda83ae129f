import type { RuleReport } from '@fluxgate/core'
import type { RuleName } from '../../session/policy-names.ts'
import { measure } from '../text/measure-text.ts'
import { ruleLeaves } from './rule-leaves.ts'

/** What the value of a condition counts, for a cell without the name of the condition. */
const nouns: Readonly<Record<RuleName, string | undefined>> = {
  failureRate: 'failed',
  failureCount: 'failed',
  failureStreak: 'in a row',
  slowRate: 'slow',
  avgLatency: 'avg',
  minRequests: 'calls',
  // without a value
  whileClosed: undefined,
  whileHalfOpen: undefined,
  tripWhen: undefined,
}

/** The value of a condition with what it counts: `62 % failed`, `5 in a row`; `–` without a value. */
export function conditionText({ type = '', actual, unit }: RuleReport): string {
  if (actual === undefined) return '–'
  const noun = Object.hasOwn(nouns, type) ? nouns[type as RuleName] : undefined
  return `${measure(actual, unit)}${noun === undefined ? '' : ` ${noun}`}`
}

/** The condition that tripped the circuit: a rate or a streak rather than the number of calls. */
export function trippedCondition(report: RuleReport): RuleReport | undefined {
  const met = ruleLeaves(report).filter(({ met, threshold }) => met && threshold !== undefined)
  return met.find(({ type }) => type !== 'minRequests') ?? met[0]
}

/** The condition to watch: the failure rate, else the one that is nearest to being met. */
export function watchedCondition(report: RuleReport): RuleReport | undefined {
  const conditions = ruleLeaves(report).filter(({ threshold }) => threshold !== undefined)
  const failureRate = conditions.find(({ type }) => type === 'failureRate')
  if (failureRate !== undefined) return failureRate
  // many calls alone do not mean that calls fail
  const preferred = conditions.filter(({ type }) => type !== 'minRequests')
  const candidates = preferred.length > 0 ? preferred : conditions
  const progress = ({ actual = 0, threshold = 0 }: RuleReport) => actual / threshold
  return [...candidates].sort((a, b) => progress(b) - progress(a))[0]
}
