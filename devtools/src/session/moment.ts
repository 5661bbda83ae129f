import type { MetricsTaken, SignalSent } from '@fluxgate/core/devtools'
import { eventTime } from './log-entry.ts'
import type { SortedList } from './sorted-list.ts'
import type { Circuit, SessionState } from './state.ts'

/** The last metrics at a moment, in Unix ms; `undefined` before the first ones. */
export function metricsAt(
  metrics: SortedList<MetricsTaken>,
  moment: number,
): MetricsTaken | undefined {
  const next = metrics.search(({ timestamp }) => timestamp > moment)
  return next === 0 ? undefined : metrics.at(next - 1)
}

/** The end of a file in Unix ms: when it was saved, or its last event if that is later. */
export function lastMoment({ log, savedAt = 0 }: SessionState): number {
  return Math.max(savedAt, log.at(-1)?.timestamp ?? 0)
}

/** The last transition at a moment, in Unix ms. Shadow verdicts are not transitions. */
export function transitionAt({ events, anchor }: Circuit, moment: number): SignalSent | undefined {
  for (let position = events.search((event) => eventTime(event) > moment); position > 0; ) {
    const event = events.at(--position)
    if (event?.type === 'signal' && event.signal.cause !== 'shadow') return event
  }
  return anchor
}
