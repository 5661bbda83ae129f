import { type FleetState, NEVER, type Report } from './message.ts'

/** The number of buckets of a shared window. */
export const BUCKETS = 20
/** The most windows of different lengths for which a circuit keeps counts. */
export const MAX_WINDOWS = 4

/** What a store keeps of one circuit. Plain data; times are ms of the store's own clock. */
export interface FleetRecord {
  readonly incarnation: string
  version: number
  state: FleetState
  /** Only for open: when the circuit is due, or {@link NEVER}. */
  until: number
  /** The delay from the report. It limits `until` when the clock steps back. */
  delayMs: number
  reopens: number
  by: string
  reason: string
  fence: number
  holder: string
  leaseUntil: number
  /** The duration of the lease. It limits `leaseUntil` in the same way. */
  leaseMs: number
  probed: number
  succeeded: number
  /** The time of the last report of each instance. */
  seen: Record<string, number>
  /** The time until which the vote of each instance to open is valid. */
  votes: Record<string, number>
  /** The time of the last report with a failed call of each instance. */
  failed: Record<string, number>
  /** Counts by window length: `[bucket number, total, failures]`. */
  windows: Record<string, readonly (readonly [number, number, number])[]>
}

/** The record of a circuit without a report. */
export function emptyRecord(incarnation: string, now: number): FleetRecord {
  return {
    incarnation,
    version: 0,
    state: 'closed',
    until: 0,
    delayMs: 0,
    reopens: 0,
    by: '',
    reason: '',
    // the time, so that the number also grows when the store was emptied
    fence: Math.floor(now),
    holder: '',
    leaseUntil: 0,
    leaseMs: 0,
    probed: 0,
    succeeded: 0,
    seen: {},
    votes: {},
    failed: {},
    windows: {},
  }
}

/** A copy of `record` at `now`, without the entries of instances that are not live. */
export function recordAt(record: FleetRecord, { liveMs }: Report, now: number): FleetRecord {
  // an entry with a later time was written before the clock stepped back
  const seen = filterEntries(record.seen, (at) => at > now - liveMs && at <= now)
  const until = record.until === NEVER ? NEVER : Math.min(record.until, now + record.delayMs)
  return {
    ...record,
    until,
    leaseUntil: Math.min(record.leaseUntil, Math.max(now, until) + record.leaseMs),
    seen,
    votes: filterEntries(record.votes, (at, id) => at > now && Object.hasOwn(seen, id)),
    failed: filterEntries(record.failed, (at, id) => at > now - liveMs && Object.hasOwn(seen, id)),
    windows: { ...record.windows },
  }
}

function filterEntries(
  times: Readonly<Record<string, number>>,
  test: (at: number, instance: string) => boolean,
): Record<string, number> {
  return Object.fromEntries(Object.entries(times).filter(([id, at]) => test(at, id)))
}
