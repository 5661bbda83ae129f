import { type FleetState, NEVER, type Report } from './message.ts'

/** The number of buckets of a shared window. */
export const BUCKETS = 20
/** The most windows of different lengths for which a circuit keeps counts. */
export const MAX_WINDOWS = 4

/** What a store keeps of one circuit. Plain data; times are ms of the store's own clock. */
export interface FleetRecord {
  readonly life: string
  version: number
  state: FleetState
  /** Only for open: when the circuit is due, or {@link NEVER}. */
  until: number
  /** The delay that was drawn, so that a clock that steps back cannot prolong it. */
  delayMs: number
  reopens: number
  by: string
  reason: string
  fence: number
  holder: string
  leaseUntil: number
  /** The duration of the lease, for the same purpose. */
  leaseMs: number
  probed: number
  succeeded: number
  /** When each instance was last heard of. */
  seen: Record<string, number>
  /** Until when the vote of each instance to open stands. */
  votes: Record<string, number>
  /** When each instance last reported a failed call. */
  failed: Record<string, number>
  /** Counts by window length: `[bucket number, total, failures]`. */
  windows: Record<string, readonly (readonly [number, number, number])[]>
}

/** A record of a circuit that the store does not know. */
export function emptyRecord(life: string, now: number): FleetRecord {
  return {
    life,
    version: 0,
    state: 'closed',
    until: 0,
    delayMs: 0,
    reopens: 0,
    by: '',
    reason: '',
    // not 0, so that the number grows also when the store was emptied
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

/** A copy of `record` as it is at `now`: without instances that are gone, and what they said. */
export function recordAt(record: FleetRecord, { liveMs }: Report, now: number): FleetRecord {
  // an entry of the future was written before the clock stepped back
  const seen = keep(record.seen, (at) => at > now - liveMs && at <= now)
  const until = record.until === NEVER ? NEVER : Math.min(record.until, now + record.delayMs)
  return {
    ...record,
    until,
    leaseUntil: Math.min(record.leaseUntil, Math.max(now, until) + record.leaseMs),
    seen,
    votes: keep(record.votes, (at, who) => at > now && Object.hasOwn(seen, who)),
    failed: keep(record.failed, (at, who) => at > now - liveMs && Object.hasOwn(seen, who)),
    windows: { ...record.windows },
  }
}

function keep(
  times: Readonly<Record<string, number>>,
  test: (at: number, instance: string) => boolean,
): Record<string, number> {
  return Object.fromEntries(Object.entries(times).filter(([who, at]) => test(at, who)))
}
