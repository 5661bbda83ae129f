import type { State } from '@fluxgate/core'
import type { RuleSetup } from './setup.ts'

/** A recorded call. */
export interface RecordedCall {
  readonly at: number
  /** Undefined for a call that was not timed. */
  readonly durationMs: number | undefined
  readonly failed: boolean
}

/** What a rule judges: the calls in the window, and all of the epoch for streaks. */
export interface Evidence {
  readonly state: State
  readonly counted: readonly RecordedCall[]
  readonly epoch: readonly RecordedCall[]
  readonly probes: number
}

/** A leaf of a rule's report. */
export interface Finding {
  readonly met: boolean
  readonly actual?: number | undefined
  readonly threshold?: number | undefined
}

/** Contract, section 2: thresholds are `>=`, and a missing value meets none. */
export function isMet(rule: RuleSetup, evidence: Evidence): boolean {
  switch (rule.type) {
    case 'and':
      return isMet(rule.left, evidence) && isMet(rule.right, evidence)
    case 'or':
      return isMet(rule.left, evidence) || isMet(rule.right, evidence)
    case 'not':
      return !isMet(rule.rule, evidence)
    default:
      return findings(rule, evidence).every((finding) => finding.met)
  }
}

/** The expected leaves of a report, from left to right. */
export function findings(rule: RuleSetup, evidence: Evidence): Finding[] {
  const { state, counted, epoch, probes } = evidence
  const capped = (n: number) => (state === 'half_open' ? Math.min(n, probes) : n)
  const finding = (actual: number | undefined, threshold: number) => [
    { met: actual !== undefined && actual >= threshold, actual, threshold },
  ]
  switch (rule.type) {
    case 'minRequests':
      return finding(counted.length, capped(rule.n))
    case 'failureStreak':
      return finding(failureStreak(epoch), capped(rule.n))
    case 'failureCount':
      return finding(counted.filter((call) => call.failed).length, capped(rule.n))
    case 'failureRate':
      return finding(
        share(counted, (call) => call.failed),
        rule.ratio,
      )
    case 'slowRate':
      return finding(
        share(counted, (call) => isSlow(call, rule.ms)),
        rule.ratio,
      )
    case 'avgLatency':
      return finding(average(counted), rule.ms)
    case 'whileClosed':
      return [{ met: state === 'closed' || state === 'metrics_only' }]
    case 'whileHalfOpen':
      return [{ met: state === 'half_open' }]
    case 'and':
    case 'or':
      return [...findings(rule.left, evidence), ...findings(rule.right, evidence)]
    case 'not':
      return findings(rule.rule, evidence)
  }
}

/** The thresholds from which the rule counts a call as slow. */
export function slowThresholds(rule: RuleSetup): number[] {
  switch (rule.type) {
    case 'slowRate':
      return [rule.ms]
    case 'and':
    case 'or':
      return [...slowThresholds(rule.left), ...slowThresholds(rule.right)]
    case 'not':
      return slowThresholds(rule.rule)
    default:
      return []
  }
}

export function failureStreak(calls: readonly RecordedCall[]): number {
  const healthy = calls.map((call) => !call.failed).lastIndexOf(true)
  return calls.length - 1 - healthy
}

export function share(
  calls: readonly RecordedCall[],
  has: (call: RecordedCall) => boolean,
): number | undefined {
  return calls.length === 0 ? undefined : calls.filter(has).length / calls.length
}

export function average(calls: readonly RecordedCall[]): number | undefined {
  const durations = timedDurations(calls)
  return durations.length === 0 ? undefined : sumOf(durations) / durations.length
}

export function timedDurations(calls: readonly RecordedCall[]): number[] {
  return calls.flatMap(({ durationMs }) => durationMs ?? [])
}

export const sumOf = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0)

export const isSlow = ({ durationMs }: RecordedCall, thresholdMs: number) =>
  durationMs !== undefined && durationMs >= thresholdMs

/** Contract, section 4: whether the rule uses durations. */
export function isTimed(rule: RuleSetup): boolean {
  switch (rule.type) {
    case 'slowRate':
    case 'avgLatency':
      return true
    case 'and':
    case 'or':
      return isTimed(rule.left) || isTimed(rule.right)
    case 'not':
      return isTimed(rule.rule)
    default:
      return false
  }
}
