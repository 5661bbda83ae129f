import type { Signal, State } from '@fluxgate/core'

const noCalls = {
  total: 0,
  failures: 0,
  ignored: 0,
  totalDurationMs: 0,
  failureStreak: 0,
  slow: {},
}

/** A signal of the circuit `payments`: `signal('closed->open')`. */
export function signal(transition: `${State}->${State}`, rest: Partial<Signal> = {}): Signal {
  const [oldState, newState] = transition.split('->') as [State, State]
  return {
    circuitName: 'payments',
    oldState,
    newState,
    timestamp: Date.UTC(2026, 10, 22, 9, 30),
    cause: oldState === newState ? 'shadow' : 'rule',
    reason: 'failure rate 62 % ≥ 50 % over 21 calls',
    metrics: noCalls,
    ...rest,
  }
}
