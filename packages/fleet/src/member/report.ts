import { FORMAT, type Report } from '../store/message.ts'
import type { FleetSettings } from './link.ts'
import { delayLeftMs, type Entry } from './outbox.ts'

/** A report that says nothing. */
export function emptyReport(name: string, { quorum, leaseMs, liveMs }: FleetSettings): Report {
  return {
    format: FORMAT,
    name,
    event: 'none',
    delayMs: 0,
    reopens: 0,
    reason: '',
    life: '',
    version: 0,
    fence: 0,
    wantsLease: false,
    leaseMs,
    aheadMs: 0,
    probed: 0,
    succeeded: 0,
    quorum,
    liveMs,
    windowMs: 0,
    total: 0,
    failures: 0,
  }
}

/** How many instances must agree. */
export function neededVotes(quorum: number, instances: number): number {
  return quorum < 1 ? Math.ceil(quorum * instances) : quorum
}

/**
 * A report for each event, at least one. The first has the counts, and the last asks for the lease.
 *
 * @param report what all of them have in common
 */
export function reportsOf(
  report: Report,
  entries: readonly Entry[],
  counts: Partial<Report>,
  wantsLease: boolean,
  now: number,
): readonly Report[] {
  const events = entries.map(
    (entry): Report => ({
      ...report,
      event: entry.event,
      delayMs: delayLeftMs(entry, now),
      reopens: entry.reopens,
      reason: cut(entry.reason),
      fence: entry.fence > 0 ? entry.fence : report.fence,
    }),
  )
  const [first = report, ...rest] = events
  const all = [{ ...first, ...counts }, ...rest]
  return all.map((each, index) => (index === all.length - 1 ? { ...each, wantsLease } : each))
}

/** At most 200 characters, without half a surrogate pair at the end. */
function cut(text: string): string {
  return text.slice(0, 200).replace(/[\uD800-\uDBFF]$/, '')
}
