import type { LoggedEvent } from '@fluxgate/core/devtools'
import type { CircuitKey, DocumentKey, LogEntry } from './state.ts'

/** Unix ms of an event; for an added circuit, the time since which it was in its first state. */
export function eventTime(event: LoggedEvent): number {
  switch (event.type) {
    case 'signal':
      return event.signal.timestamp
    case 'circuit-added':
      return event.snapshot.since
    case 'circuit-removed':
    case 'command':
      return event.timestamp
  }
}

export function logEntry(
  documentKey: DocumentKey,
  circuitKey: CircuitKey,
  event: LoggedEvent,
): LogEntry {
  return { documentKey, circuitKey, timestamp: eventTime(event), event }
}

/** Orders by time, and events of one document at the same time by `seq`. */
export function entryOrder(a: LogEntry, b: LogEntry): number {
  if (a.timestamp !== b.timestamp) return a.timestamp - b.timestamp
  if (a.documentKey !== b.documentKey) return a.documentKey < b.documentKey ? -1 : 1
  return a.event.seq - b.event.seq
}
