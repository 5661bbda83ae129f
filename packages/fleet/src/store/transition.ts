import { type Answer, type FleetState, FORMAT, NEVER, type Report } from './message.ts'
import { BUCKETS, emptyRecord, type FleetRecord, MAX_WINDOWS, recordAt } from './record.ts'

// Applies a report to the record of its circuit, without side effects: the store passes its own time.
// The Lua script of ../redis does the same, and a test compares the two.

/** The result of a report. */
export interface Applied {
  /** Replaces the record. */
  readonly record: FleetRecord
  readonly answer: Answer
  /** The state or the lease changed: publish the answer to all instances. */
  readonly hasChanged: boolean
}

/**
 * Applies a report of `instance` at `now` (ms of the store's clock).
 *
 * @param record the record of the circuit; undefined when the store has none
 * @param incarnation the id of the store's incarnation, for a new record
 */
export function applyReport(
  record: FleetRecord | undefined,
  instance: string,
  report: Report,
  now: number,
  incarnation: string,
): Applied {
  const next = record === undefined ? emptyRecord(incarnation, now) : recordAt(record, report, now)
  const { version, fence, leaseUntil } = next
  next.seen[instance] = now
  const { total, failures } = countCalls(next, instance, report, now)
  // evaluated before the event, which may end the lease
  const isProber = holdsLease(next, instance, report.fence, now)
  if (isProber) {
    next.probed += report.probed
    next.succeeded += report.succeeded
  }
  applyEvent(next, instance, report, now, isProber)
  if (report.requestsLease) grantLease(next, instance, report, now)
  // also for an extension, because the others request the lease when it ends
  const hasLeaseChanged = next.fence > fence || next.leaseUntil !== leaseUntil
  const hasChanged = next.version > version || hasLeaseChanged
  return { record: next, answer: answerOf(next, report, now, total, failures), hasChanged }
}

/** The verdict of a probe counts only during its lease. The fence identifies the lease. */
function holdsLease(record: FleetRecord, instance: string, fence: number, now: number): boolean {
  return record.holder === instance && record.fence === fence && now < record.leaseUntil
}

function applyEvent(
  record: FleetRecord,
  instance: string,
  report: Report,
  now: number,
  isProber: boolean,
): void {
  switch (report.event) {
    case 'none':
      break
    case 'opened':
    case 'opened_fleet_wide':
      vote(record, instance, report, now, isProber)
      break
    case 'healthy':
      if (record.state === 'open' && isProber) recover(record, 'recovering', instance, report)
      break
    case 'closed':
      close(record, instance, report, isProber)
      break
    case 'vote_withdrawn':
      delete record.votes[instance]
      break
    case 'left':
      delete record.seen[instance]
      delete record.votes[instance]
      delete record.failed[instance]
      if (record.holder === instance) release(record)
      break
    case 'trip':
      open(record, instance, report, now, report.reopens)
      break
    case 'reset':
      recover(record, 'closed', instance, report)
      break
    case 'force_open':
      enter(record, 'forced_open', instance, report)
      break
    case 'disable':
      enter(record, 'disabled', instance, report)
      break
    case 'metrics_only':
      enter(record, 'metrics_only', instance, report)
      break
  }
}

/** The circuit of one instance closed: after its probes, its ramp, or an opening without a quorum. */
function close(record: FleetRecord, instance: string, report: Report, isProber: boolean): void {
  delete record.votes[instance]
  const sameRamp = report.incarnation === record.incarnation && report.version === record.version
  if (record.state === 'open' ? isProber : record.state === 'recovering' && sameRamp) {
    recover(record, 'closed', instance, report)
  }
}

/** The circuit of one instance opened. With a quorum of votes, the shared circuit opens. */
function vote(
  record: FleetRecord,
  instance: string,
  report: Report,
  now: number,
  isProber: boolean,
): void {
  const { event, delayMs } = report
  if (record.state === 'open') {
    if (isProber) open(record, instance, report, now, record.reopens + 1)
    return
  }
  record.votes[instance] = now + (delayMs === NEVER ? report.liveMs : delayMs)
  const agreeing = size(event === 'opened' ? record.votes : record.failed)
  const needed = report.quorum < 1 ? Math.ceil(report.quorum * size(record.seen)) : report.quorum
  if (agreeing < needed) return
  if (record.state === 'closed') open(record, instance, report, now, report.reopens)
  else if (record.state === 'recovering') open(record, instance, report, now, record.reopens + 1)
}

function open(
  record: FleetRecord,
  instance: string,
  report: Report,
  now: number,
  reopens: number,
): void {
  enter(record, 'open', instance, report)
  const { delayMs } = report
  record.until = delayMs === NEVER ? NEVER : now + delayMs
  record.delayMs = delayMs
  record.reopens = reopens
}

/** Ends an outage, and removes its votes and counts. */
function recover(
  record: FleetRecord,
  state: 'recovering' | 'closed',
  instance: string,
  report: Report,
): void {
  const { reopens } = record
  enter(record, state, instance, report)
  if (state === 'recovering') record.reopens = reopens
  record.votes = {}
  record.failed = {}
  record.windows = {}
}

function enter(record: FleetRecord, state: FleetState, instance: string, report: Report): void {
  record.version++
  record.state = state
  record.by = instance
  record.reason = report.reason
  record.until = 0
  record.delayMs = 0
  record.reopens = 0
  record.probed = 0
  record.succeeded = 0
  release(record)
}

function release(record: FleetRecord): void {
  record.holder = ''
  record.leaseUntil = 0
}

/** Grants the lease to the first instance that requests it, or extends it. Numbers new leases. */
function grantLease(record: FleetRecord, instance: string, report: Report, now: number): void {
  const { until, leaseUntil, holder } = record
  if (record.state !== 'open' || until === NEVER || now + report.leadMs < until) return
  // a holder that requests the lease again has not received the answer
  if (holder !== '' && holder !== instance && now < leaseUntil) return
  if (!holdsLease(record, instance, report.fence, now)) record.fence++
  record.holder = instance
  record.leaseMs = report.leaseMs
  record.leaseUntil = Math.max(now, until) + report.leaseMs
}

/** Adds the calls of the report, and returns the sums of the window. */
function countCalls(
  record: FleetRecord,
  instance: string,
  { windowMs, total, failures }: Report,
  now: number,
): { total: number; failures: number } {
  if (windowMs === 0) return { total: 0, failures: 0 }
  if (failures > 0) record.failed[instance] = now
  const current = Math.floor((now * BUCKETS) / windowMs)
  const key = String(windowMs)
  const kept = (record.windows[key] ?? []).filter(([at]) => at > current - BUCKETS && at <= current)
  if (total > 0) {
    const last = kept.at(-1)
    if (last?.[0] === current) kept.pop()
    else if (!Object.hasOwn(record.windows, key)) dropShortestWindow(record)
    const [, ofTotal, ofFailures] = last?.[0] === current ? last : [0, 0, 0]
    kept.push([current, ofTotal + total, ofFailures + failures])
    record.windows[key] = kept
  }
  const sum = (field: 1 | 2) => kept.reduce((before, bucket) => before + bucket[field], 0)
  return { total: sum(1), failures: sum(2) }
}

// numbers as keys are in ascending order
function dropShortestWindow(record: FleetRecord): void {
  const [shortest] = Object.keys(record.windows)
  if (shortest !== undefined && size(record.windows) >= MAX_WINDOWS) delete record.windows[shortest]
}

function answerOf(
  record: FleetRecord,
  { name }: Report,
  now: number,
  total: number,
  failures: number,
): Answer {
  const { until, leaseUntil } = record
  const forMs = until === NEVER ? NEVER : Math.max(0, until - now)
  return {
    format: FORMAT,
    name,
    incarnation: record.incarnation,
    version: record.version,
    state: record.state,
    forMs,
    reopens: record.reopens,
    by: record.by,
    reason: record.reason,
    fence: record.fence,
    holder: now < leaseUntil ? record.holder : '',
    leaseMs: Math.max(0, leaseUntil - now),
    probed: record.probed,
    succeeded: record.succeeded,
    reporters: size(record.votes),
    instances: size(record.seen),
    failing: size(record.failed),
    total,
    failures,
  }
}

function size(object: object): number {
  return Object.keys(object).length
}
