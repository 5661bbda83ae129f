import type { Metrics, PolicyJson, RuleReport } from '@fluxgate/core'

/** What it would take to trip a circuit now. */
export interface TripForecast {
  /** Calls in a row. */
  readonly calls: number
  /** What they would have to be: failures, or calls that take this many ms without failing. */
  readonly slowMs?: number
  /** More may be needed: the window is full, and nobody knows what the next calls push out of it. */
  readonly atLeast: boolean
  /** `2 more failures`, `at least 3 more calls of 1,000 ms or longer`. */
  readonly text: string
}

const MAX_CALLS = 1_000

/**
 * The shortest run of equal calls that would make the rule true: failures, or else slow calls.
 *
 * Worked out from the report and the metrics alone, with all failures of the average duration, and
 * nothing leaving the window but what a full `countWindow` pushes out. Conditions of one's own stay
 * as they are.
 *
 * @param report the live report of a circuit that is closed, half-open or in metrics_only
 * @returns nothing when the rule is true already, or when no such run would do
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
      const text = `${atLeast ? 'at least ' : ''}${inWords(calls, slowMs)}`
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
  const value = threshold === undefined ? undefined : valueAfter(report.rule, future)
  return threshold === undefined || value === undefined ? report.met : value >= threshold
}

/** What a leaf would find at best; nothing for one that calls of this kind do not change. */
function valueAfter(
  rule: string,
  { metrics, calls, slowMs, capacity }: Future,
): number | undefined {
  const total = Math.min(metrics.total + calls, capacity)
  const share = (count: number, grows: boolean) =>
    Math.min(count + (grows ? calls : 0), total) / total
  const fails = slowMs === undefined
  switch (rule) {
    case 'requests':
      return total
    case 'failure rate':
      return share(metrics.failures, fails)
    case 'failure streak':
      return fails ? metrics.failureStreak + calls : 0
    case 'average duration':
      return fails
        ? metrics.avgDurationMs
        : (metrics.totalDurationMs + calls * slowMs) / (metrics.total + calls)
  }
  const limitMs = slowLimitMs(rule)
  if (limitMs === undefined) return undefined
  return share(metrics.slow[limitMs] ?? 0, !fails && slowMs >= limitMs)
}

/** Durations that matter to the rule, shortest first. */
function slowDurations({ rule, threshold, children = [] }: RuleReport): readonly number[] {
  const limitMs = slowLimitMs(rule)
  const own = limitMs !== undefined ? [limitMs] : []
  // twice as long as the average may be, so that few calls do
  if (rule === 'average duration' && threshold !== undefined) own.push(threshold * 2)
  return [...new Set([...own, ...children.flatMap(slowDurations)])].sort((a, b) => a - b)
}

/** `slow rate (≥ 1000 ms)` → 1000 */
function slowLimitMs(rule: string): number | undefined {
  const limit = /^slow rate \(≥ (.{1,30}) ms\)$/.exec(rule)?.[1]
  return limit === undefined ? undefined : Number(limit)
}

function capacityOf(window: PolicyJson | undefined): number {
  const size = window?.type === 'countWindow' ? window.args[0] : undefined
  return typeof size === 'number' ? size : Number.POSITIVE_INFINITY
}

function inWords(calls: number, slowMs: number | undefined): string {
  const s = calls === 1 ? '' : 's'
  if (slowMs === undefined) return `${calls} more failure${s}`
  return `${calls} more call${s} of ${slowMs.toLocaleString('en')} ms or longer`
}
