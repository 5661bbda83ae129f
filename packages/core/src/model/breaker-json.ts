import type { PolicyJson } from './policy-json.ts'

/** The configuration of a circuit as data. */
export interface BreakerJson {
  readonly name: string
  readonly window: PolicyJson
  readonly tracker: PolicyJson
  /** Absent for the default, false for none. */
  readonly ignore?: PolicyJson | false
  readonly tripper: PolicyJson
  readonly retry: PolicyJson
  readonly permit: PolicyJson
  readonly probes: number
  readonly probeLeaseMs: number
  /** Absent for none. */
  readonly timeoutMs?: number
  /** Absent for the default. */
  readonly deadline?: 'ignore'
}
