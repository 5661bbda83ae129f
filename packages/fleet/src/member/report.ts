import { FORMAT, type Report } from '../store/message.ts'
import { type QueuedEvent, remainingDelayMs } from './event-queue.ts'
import type { FleetSettings } from './member-context.ts'

/** A report without an event, counts or a request. */
export function emptyReport(name: string, { quorum, leaseMs, liveMs }: FleetSettings): Report {
  return {
    format: FORMAT,
    name,
    event: 'none',
    delayMs: 0,
    reopens: 0,
    reason: '',
    incarnation: '',
    version: 0,
    fence: 0,
    requestsLease: false,
    leaseMs,
    leadMs: 0,
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
 * A report for each event, at least one. The first has the counts, and the last requests the lease.
 *
 * @param report the fields that all of them have in common
 */
export function reportsOf(
  report: Report,
  queued: readonly QueuedEvent[],
  counts: Partial<Report>,
  requestsLease: boolean,
  now: number,
): readonly Report[] {
  const events = queued.map(
    (each): Report => ({
      ...report,
      event: each.event,
      delayMs: remainingDelayMs(each, now),
      reopens: each.reopens,
      reason: truncate(each.reason),
      fence: each.fence > 0 ? each.fence : report.fence,
    }),
  )
  const [first = report, ...rest] = events
  const all = [{ ...first, ...counts }, ...rest]
  return all.map((each, index) => (index === all.length - 1 ? { ...each, requestsLease } : each))
}

/** At most 200 characters, without half a surrogate pair at the end. */
function truncate(text: string): string {
  return text.slice(0, 200).replace(/[\uD800-\uDBFF]$/, '')
}
