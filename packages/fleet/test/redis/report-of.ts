import { FORMAT, type Report } from '../../src/store/message.ts'

/** A report without an event, with these fields. */
export function reportOf(fields: Partial<Report> = {}): Report {
  return {
    format: FORMAT,
    name: 'payments',
    event: 'none',
    delayMs: 0,
    reopens: 0,
    reason: '',
    incarnation: '',
    version: 0,
    fence: 0,
    requestsLease: false,
    leaseMs: 3_000,
    leadMs: 0,
    probed: 0,
    succeeded: 0,
    quorum: 1,
    liveMs: 15_000,
    windowMs: 0,
    total: 0,
    failures: 0,
    ...fields,
  }
}
