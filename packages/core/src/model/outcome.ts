/** The outcome of a call as the circuit counts it. `ignored` and `aborted` are not counted. */
export type Outcome = 'success' | 'failure' | 'ignored' | 'aborted'
