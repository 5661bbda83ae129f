import type { State } from '@fluxgate/core'

/** How much a state deserves to be looked at, 0 for the worst. */
export const severity: Readonly<Record<State, number>> = {
  open: 0,
  forced_open: 1,
  half_open: 2,
  metrics_only: 3,
  closed: 4,
  disabled: 5,
}
