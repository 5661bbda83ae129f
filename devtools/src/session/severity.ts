import type { State } from '@fluxgate/core'

/** The sort order of the states: 0 is the most severe. */
export const severity: Readonly<Record<State, number>> = {
  open: 0,
  forced_open: 1,
  half_open: 2,
  metrics_only: 3,
  closed: 4,
  disabled: 5,
}

export const allStates = Object.keys(severity) as readonly State[]
