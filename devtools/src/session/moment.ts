import type { MetricsTaken, SignalSent } from '@fluxgate/core/devtools'
import { eventTime } from './log-entry.ts'
import type { Sequence } from './sequence.ts'
import type { Circuit, SessionState } from './state.ts'

/** What was measured last at a moment, Unix ms; nothing before the first time. */
export function metricsAt(
  metrics: Sequence<MetricsTaken>,
  moment: number,
): MetricsTaken | undefined {
  const next = metrics.search(({ timestamp }) => timestamp > moment)
  return next === 0 ? undefined : metrics.at(next - 1)
}

/** The present of a file, Unix ms: when it was saved, or what it tells of after that. */
export function lastMoment({ log, savedAt = 0 }: SessionState): number {
  return Math.max(savedAt, log.at(-1)?.timestamp ?? 0)
}

/** The signal that had moved the circuit last at a moment, Unix ms: a shadow verdict moves nothing. */
export function moveAt({ events, anchor }: Circuit, moment: number): SignalSent | undefined {
  for (let position = events.search((event) => eventTime(event) > moment); position > 0; ) {
    const event = events.at(--position)
    if (event?.type === 'signal' && event.signal.cause !== 'shadow') return event
  }
  return anchor
}
