import type { WireEvent } from '@fluxgate/core/devtools'
import { applyEvents, forget, unknownCircuit } from './circuit.ts'
import { circuitKey } from './epoch.ts'
import { entryOrder, logEntry } from './log-entry.ts'
import type { CircuitKey, Epoch, LogEntry, SessionState } from './state.ts'

/** Log entries kept; when a tenth more have come, the oldest are let go. */
const MAX_ENTRIES = 200_000

/** The state with what one document told, up to `next` in its log. */
export function ingest(
  state: SessionState,
  epoch: Epoch,
  events: readonly WireEvent[],
  next: number,
  invalid = 0,
): SessionState {
  const { key } = epoch
  const end = Math.max(epoch.end, Math.floor(next))
  if (events.length === 0 && invalid === 0 && end === epoch.end) return state

  const circuits = new Map(state.circuits)
  const entries: LogEntry[] = []
  for (const [id, own] of byCircuit(events)) {
    const name = circuitKey(key, id)
    const known = circuits.get(name) ?? unknownCircuit(name, epoch, id)
    const { circuit, logged } = applyEvents(known, own, epoch.clearedTo)
    circuits.set(name, circuit)
    for (const event of logged) entries.push(logEntry(key, name, event))
  }
  return forgetOldest({
    ...state,
    epochs: new Map(state.epochs).set(key, { ...epoch, end, seen: epoch.seen + entries.length }),
    circuits,
    log: state.log.insert(entries, entryOrder),
    invalid: state.invalid + invalid,
  })
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

function forgetOldest(state: SessionState): SessionState {
  if (state.log.length < MAX_ENTRIES * 1.1) return state
  const count = state.log.length - MAX_ENTRIES
  const perCircuit = new Map<CircuitKey, number>()
  for (const { circuitKey: key } of state.log.between(0, count)) {
    perCircuit.set(key, (perCircuit.get(key) ?? 0) + 1)
  }
  const circuits = new Map(state.circuits)
  for (const [key, forgotten] of perCircuit) {
    const circuit = circuits.get(key)
    if (circuit !== undefined) circuits.set(key, forget(circuit, forgotten))
  }
  return { ...state, circuits, log: state.log.slice(count), forgotten: state.forgotten + count }
}
