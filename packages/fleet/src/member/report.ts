import { FORMAT, type Report } from '../store/message.ts'
import type { FleetSettings } from './link.ts'

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
