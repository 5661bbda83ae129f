import type { WireEvent } from '@fluxgate/core/devtools'
import { applyEvents, evictFirst, unknownCircuit } from './circuit.ts'
import { circuitKey } from './documents.ts'
import { entryOrder, logEntry } from './log-entry.ts'
import type { Circuit, CircuitKey, LogEntry, PageDocument, SessionState } from './state.ts'

/** Maximum of log entries. The oldest are evicted when there are a tenth more. */
const MAX_ENTRIES = 200_000

/** Maximum of circuits. The events of others are counted as malformed: a page could add any number. */
export const MAX_CIRCUITS = 10_000

/** Applies the events of one document, whose next cursor is `next`. */
export function ingest(
  state: SessionState,
  document: PageDocument,
  events: readonly WireEvent[],
  next: number,
  invalid = 0,
): SessionState {
  const { key } = document
  const end = Math.max(document.end, Math.floor(next))
  if (events.length === 0 && invalid === 0 && end === document.end) return state

  const circuits = new Map(state.circuits)
  const { entries, ignored } = applyTo(circuits, document, events)
  return evictOldest({
    ...state,
    documents: new Map(state.documents).set(key, {
      ...document,
      end,
      seen: document.seen + entries.length,
    }),
    circuits,
    log: state.log.insert(entries, entryOrder),
    invalid: state.invalid + invalid + ignored,
  })
}

/**
 * Updates `circuits` by the events of one document.
 *
 * @returns the new log entries, and the number of events that were ignored
 */
export function applyTo(
  circuits: Map<CircuitKey, Circuit>,
  document: PageDocument,
  events: readonly WireEvent[],
): { readonly entries: readonly LogEntry[]; readonly ignored: number } {
  const { key, clearedTo } = document
  const entries: LogEntry[] = []
  let ignored = 0
  for (const [id, ownEvents] of byCircuit(events)) {
    const ownKey = circuitKey(key, id)
    const known = circuits.get(ownKey)
    if (known === undefined && circuits.size >= MAX_CIRCUITS) {
      ignored += ownEvents.length
      continue
    }
    const before = known ?? unknownCircuit(ownKey, document, id)
    const { circuit, logged } = applyEvents(before, ownEvents, clearedTo)
    circuits.set(ownKey, circuit)
    for (const event of logged) entries.push(logEntry(key, ownKey, event))
  }
  return { entries, ignored }
}

function byCircuit(events: readonly WireEvent[]): ReadonlyMap<string, readonly WireEvent[]> {
  const groups = new Map<string, WireEvent[]>()
  for (const event of events) {
    const group = groups.get(event.circuit)
    if (group === undefined) groups.set(event.circuit, [event])
    else group.push(event)
  }
  return groups
}

function evictOldest(state: SessionState): SessionState {
  if (state.log.length < MAX_ENTRIES * 1.1) return state
  const count = state.log.length - MAX_ENTRIES
  const perCircuit = new Map<CircuitKey, number>()
  for (const { circuitKey: key } of state.log.between(0, count)) {
    perCircuit.set(key, (perCircuit.get(key) ?? 0) + 1)
  }
  const circuits = new Map(state.circuits)
  for (const [key, evicted] of perCircuit) {
    const circuit = circuits.get(key)
    if (circuit !== undefined) circuits.set(key, evictFirst(circuit, evicted))
  }
  return { ...state, circuits, log: state.log.slice(count), evicted: state.evicted + count }
}
