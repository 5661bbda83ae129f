import type { Metrics, PolicyJson, RuleReport } from '@fluxgate/core'
import type { RuleName } from './policy-names.ts'

/** The fewest further calls that would trip a circuit. */
export interface TripForecast {
  /** Number of consecutive calls. */
  readonly calls: number
  /** Duration of each call, which succeeds. Absent when the calls fail. */
  readonly slowMs?: number
  /** More calls may be needed: the window is full, and it is unknown which results it evicts. */
  readonly atLeast: boolean
  /** `2 more failures`, `at least 3 more calls of 1,000 ms or longer`. */
  readonly text: string
}

const MAX_CALLS = 1_000

/**
 * Finds the shortest run of equal calls that would meet the rule: failures, otherwise slow calls.
 *
 * Uses only the report and the metrics. Assumes that failures take the average duration, and that
 * only a full `countWindow` evicts calls. Rules of other types keep their present result.
 *
 * @param report live report of a circuit that is closed, half-open or in metrics_only
 * @param window the window of the circuit, from its configuration
 * @returns `undefined` when the rule is met already, or when no run of 1,000 calls would meet it
 */
export function tripForecast(
  report: RuleReport,
  metrics: Metrics,
  window?: PolicyJson,
): TripForecast | undefined {
  if (report.met) return undefined
  const capacity = capacityOf(window)
  for (const slowMs of [undefined, ...slowDurations(report)]) {
    for (let calls = 1; calls <= MAX_CALLS; calls++) {
      if (!isMet(report, { metrics, calls, slowMs, capacity })) continue
      const atLeast = metrics.total + calls > capacity
      const text = `${atLeast ? 'at least ' : ''}${describeCalls(calls, slowMs)}`
      return { calls, ...(slowMs !== undefined && { slowMs }), atLeast, text }
    }
  }
  return undefined
}

interface Future {
  readonly metrics: Metrics
  readonly calls: number
  readonly slowMs: number | undefined
  readonly capacity: number
}

function isMet(report: RuleReport, future: Future): boolean {
  const { op, children = [] } = report
  if (op === 'and') return children.every((child) => isMet(child, future))
  if (op === 'or') return children.some((child) => isMet(child, future))
  if (op === 'not') return children.every((child) => !isMet(child, future))
  const { threshold } = report
  const value = threshold === undefined ? undefined : valueAfter(report, future)
  return threshold === undefined || value === undefined ? report.met : value >= threshold
}

/** The value of a leaf after the calls; `undefined` for a rule that these calls do not affect. */
function valueAfter(
  report: RuleReport,
  { metrics, calls, slowMs, capacity }: Future,
): number | undefined {
  const total = Math.min(metrics.total + calls, capacity)
  const after = (count: number, grows: boolean) => Math.min(count + (grows ? calls : 0), total)
  const share = (count: number, grows: boolean) => after(count, grows) / total
  const fails = slowMs === undefined
  // not exhaustive at runtime: rules written by hand have other types
  switch (report.type as RuleName | undefined) {
    case 'minRequests':
      return total
    case 'failureRate':
      return share(metrics.failures, fails)
    case 'failureCount':
      return after(metrics.failures, fails)
    case 'failureStreak':
      return fails ? metrics.failureStreak + calls : 0
    case 'avgLatency':
      return fails
        ? metrics.avgDurationMs
        : (metrics.totalDurationMs + calls * slowMs) / (metrics.total + calls)
    case 'slowRate': {
      const limitMs = slowLimitMs(report)
      if (limitMs === undefined) return undefined
      return share(metrics.slow[limitMs] ?? 0, !fails && slowMs >= limitMs)
    }
    case 'whileClosed':
    case 'whileHalfOpen':
    case 'tripWhen':
    case undefined:
      return undefined
  }
}

/** Durations of slow calls that could meet the rule, shortest first. */
function slowDurations(report: RuleReport): readonly number[] {
  const { type, threshold, children = [] } = report
  const limitMs = slowLimitMs(report)
  const own = limitMs !== undefined ? [limitMs] : []
  // twice the limit of the average, so that few calls are enough
  if (type === 'avgLatency' && threshold !== undefined) own.push(threshold * 2)
  return [...new Set([...own, ...children.flatMap(slowDurations)])].sort((a, b) => a - b)
}

/** The duration from which `slowRate(ratio, thresholdMs)` counts a call as slow. */
function slowLimitMs({ type, args }: RuleReport): number | undefined {
  const limit = type === 'slowRate' ? args?.[1] : undefined
  return typeof limit === 'number' ? limit : undefined
}

function capacityOf(window: PolicyJson | undefined): number {
  const size = window?.type === 'countWindow' ? window.args[0] : undefined
  return typeof size === 'number' ? size : Number.POSITIVE_INFINITY
}

function describeCalls(calls: number, slowMs: number | undefined): string {
  const s = calls === 1 ? '' : 's'
  if (slowMs === undefined) return `${calls} more failure${s}`
  return `${calls} more call${s} of ${slowMs.toLocaleString('en')} ms or longer`
}
