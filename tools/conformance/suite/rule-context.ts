import type { RuleContext } from '@fluxgate/core'

/** The input of a rule in a closed circuit without calls, with these changes. */
export const context = (parts: Partial<RuleContext>): RuleContext => ({
  state: 'closed',
  circuitName: 'payments',
  ignored: 0,
  total: 0,
  failures: 0,
  totalDurationMs: 0,
  failureStreak: 0,
  slow: {},
  ...parts,
})
