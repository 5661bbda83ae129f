import type { LoggedEvent } from '@fluxgate/core/devtools'
import type { CircuitKey, EpochKey, LogEntry } from './state.ts'

/** Unix ms at which it happened; for a circuit that was added, since when it was as it was. */
export function eventTime(event: LoggedEvent): number {
  if (event.type === 'signal') return event.signal.timestamp
  return event.type === 'circuit-added' ? event.snapshot.since : event.timestamp
}

export function logEntry(epochKey: EpochKey, circuitKey: CircuitKey, event: LoggedEvent): LogEntry {
  return { epochKey, circuitKey, timestamp: eventTime(event), event }
}

/** By time; in one document, events of one moment by their order there. */
export function entryOrder(a: LogEntry, b: LogEntry): number {
  if (a.timestamp !== b.timestamp) return a.timestamp - b.timestamp
  if (a.epochKey !== b.epochKey) return a.epochKey < b.epochKey ? -1 : 1
  return a.event.seq - b.event.seq
}
