import type { PolicyJson } from './policy-json.ts'

/** The configuration of a circuit as data. */
export interface BreakerJson {
  readonly name: string
  readonly window: PolicyJson
  readonly tracker: PolicyJson
  readonly tripper: PolicyJson
  readonly retry: PolicyJson
  readonly permit: PolicyJson
  readonly probes: number
  readonly probeLeaseMs: number
  readonly timeoutMs?: number
}
