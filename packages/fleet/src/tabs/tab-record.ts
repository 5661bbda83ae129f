import type { FleetStatus } from '@fluxgate/core'

/** The last change of a shared circuit. As JSON, it is a message of the channel and a value in storage. */
export interface TabRecord {
  readonly name: string
  /** The Unix time of the change in ms. Grows with each change, also when the clock is set back. */
  readonly at: number
  readonly state: FleetStatus['state']
  /** For open: the ms from `at` until the circuit is due. `Infinity` (in JSON null) for never. */
  readonly delayMs: number
  readonly reopens: number
  /** A sentence for people. */
  readonly reason: string
}

const STATES = ['closed', 'open', 'recovering', 'forced_open', 'disabled', 'metrics_only']

const MAX_REASON_LENGTH = 200
/** Later than any real time, and small enough that a number 1 higher is exact. */
const MAX_AT = 1e15

/** Returns the record if it is valid. Any script of the origin can write to storage and channel. */
export function parseRecord(json: unknown): TabRecord | undefined {
  try {
    const record: TabRecord = JSON.parse(String(json))
    const { at, state, delayMs, reopens, reason } = record
    const isValid =
      [at, delayMs ?? 0, reopens].every((n) => typeof n === 'number' && n >= 0) &&
      at + reopens < MAX_AT &&
      STATES.includes(state)
    return isValid
      ? {
          ...record,
          delayMs: delayMs ?? Number.POSITIVE_INFINITY,
          reason: String(reason).slice(0, MAX_REASON_LENGTH),
        }
      : undefined
  } catch {
    return undefined
  }
}
