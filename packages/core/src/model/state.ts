/**
 * The six states of a circuit.
 *
 * - `closed` admits and records all calls.
 * - `open` rejects all calls until `retryAt`.
 * - `half_open` admits a few probes, whose outcomes decide whether to close or reopen.
 * - `metrics_only` admits and records all calls and never opens.
 * - `disabled` admits all calls and records none.
 * - `forced_open` rejects all calls until the next manual transition.
 */
export type State = 'closed' | 'open' | 'half_open' | 'metrics_only' | 'disabled' | 'forced_open'

/** The reason of a manual transition to each state. */
export const manualReasons: Readonly<Record<State, string>> = {
  closed: 'reset manually',
  open: 'tripped manually',
  half_open: 'half-opened manually',
  metrics_only: 'set to metrics only manually',
  disabled: 'disabled manually',
  forced_open: 'forced open manually',
}

/** The names of all states. */
export const stateNames: readonly string[] = Object.keys(manualReasons)
