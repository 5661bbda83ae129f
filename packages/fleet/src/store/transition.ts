import { type Answer, type FleetState, FORMAT, NEVER, type Report } from './message.ts'
import { BUCKETS, emptyRecord, type FleetRecord, MAX_WINDOWS, recordAt } from './record.ts'

// What a report does to the record of its circuit. Reads no clock and draws no random number: a store
// passes its own time. The Lua script of ../redis does the same, and a test compares the two.

/** The result of a report. */
export interface Applied {
  /** Replaces the record. */
  readonly record: FleetRecord
  readonly answer: Answer
  /** The state or the lease changed: publish the answer to all instances. */
  readonly isNews: boolean
}

/**
 * Applies a report of `instance` at `now` (ms of the store's clock).
 *
 * @param record what the store keeps of the circuit; undefined when it knows nothing
 * @param life identifies the incarnation of the store, for a new record
 */
export function applyReport(
  record: FleetRecord | undefined,
  instance: string,
  report: Report,
  now: number,
  life: string,
): Applied {
  const next = record === undefined ? emptyRecord(life, now) : recordAt(record, report, now)
  const { version, fence, leaseUntil } = next
  next.seen[instance] = now
  const { total, failures } = countCalls(next, instance, report, now)
  // before the event, which ends the lease
  const isProber = holdsLease(next, instance, report.fence, now)
  if (isProber) {
    next.probed += report.probed
    next.succeeded += report.succeeded
  }
  applyEvent(next, instance, report, now, isProber)
  if (report.wantsLease) grantLease(next, instance, report, now)
  // also an extension: the others ask again when the lease ends
  const hasLeaseChanged = next.fence > fence || next.leaseUntil !== leaseUntil
  const isNews = next.version > version || hasLeaseChanged
  return { record: next, answer: answerOf(next, report, now, total, failures), isNews }
}

/** The verdict of a probe counts only while its lease holds. The fence tells leases apart. */
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
    case 'opened_wide':
      vote(record, instance, report, now, isProber)
      break
    case 'healthy':
      if (record.state === 'open' && isProber) recover(record, 'recovering', instance, report)
      break
    case 'closed':
      close(record, instance, report, isProber)
      break
    case 'withdrawn':
      delete record.votes[instance]
      break
    case 'released':
      if (isProber) release(record)
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

/** A closing of one instance: its probes or its ramp succeeded, or it was alone in being open. */
function close(record: FleetRecord, instance: string, report: Report, isProber: boolean): void {
  delete record.votes[instance]
  const sameRamp = report.life === record.life && report.version === record.version
  if (record.state === 'open' ? isProber : record.state === 'recovering' && sameRamp) {
    recover(record, 'closed', instance, report)
  }
}

/** An opening of one instance. It opens the circuit of all when the quorum agrees. */
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

/** Ends an outage: the votes and counts of before concern it no longer. */
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

/** Gives the lease to the first who asks, or extends it. Each new lease has the next number. */
function grantLease(record: FleetRecord, instance: string, report: Report, now: number): void {
  const { until, leaseUntil, holder } = record
  if (record.state !== 'open' || until === NEVER || now + report.aheadMs < until) return
  // an instance that asks although it holds the lease did not receive the answer
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
    life: record.life,
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
