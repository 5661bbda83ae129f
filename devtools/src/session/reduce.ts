import type { WireEvent } from '@fluxgate/core/devtools'
import type { Batch, FrameFault } from '../transports/transport.ts'
import type { SessionAction, ViewChange } from './action.ts'
import { clearCircuit, fold, forget, unknownCircuit } from './circuit.ts'
import { arrive, circuitKey, epochKey, onlyPresent, setFrame } from './epoch.ts'
import { entryOrder, logEntry } from './log-entry.ts'
import { Sequence } from './sequence.ts'
import type { CircuitKey, CommandStatus, LogEntry, SessionState, View } from './state.ts'

/** Log entries kept; when a tenth more have come, the oldest are let go. */
const MAX_ENTRIES = 200_000
const MAX_COMMANDS = 100

export const emptySession: SessionState = {
  source: 'live',
  recording: true,
  preserveLog: false,
  frames: new Map(),
  epochs: new Map(),
  circuits: new Map(),
  log: Sequence.of(),
  invalid: 0,
  forgotten: 0,
  commands: [],
  view: { filter: '' },
}

/**
 * The state after something happened. Pure; and what batches tell of a document counts, not how
 * often, in which order or in what portions they come.
 */
export function reduce(state: SessionState, action: SessionAction): SessionState {
  if (action.type === 'look') return { ...state, view: look(state.view, action.change) }
  if (state.source === 'file') return state
  switch (action.type) {
    case 'batch':
      return state.recording ? receive(state, action) : state
    case 'fault':
      return state.recording ? stumble(state, action) : state
    case 'frame-gone':
      return state.recording ? setFrame(state, action.frame, undefined) : state
    case 'record':
      return { ...state, recording: action.on }
    case 'preserve-log':
      return { ...state, preserveLog: action.on }
    case 'clear':
      return clear(state)
    case 'command-sent': {
      const { id, circuitKey, action: move, sentAt } = action
      const sent: CommandStatus = { id, circuitKey, action: move, status: 'pending', sentAt }
      return { ...state, commands: [...state.commands, sent].slice(-MAX_COMMANDS) }
    }
    case 'command-settled':
      return {
        ...state,
        commands: state.commands.map((sent) =>
          sent.id !== action.id
            ? sent
            : action.result.ok
              ? { ...sent, status: 'confirmed' }
              : { ...sent, status: 'failed', error: action.result.error },
        ),
      }
  }
}

function receive(before: SessionState, batch: Batch): SessionState {
  const state = arrive(before, batch)
  const key = epochKey(batch.frame, batch.epoch)
  const epoch = state.epochs.get(key)
  if (epoch === undefined) return state
  const end = Math.max(epoch.end, Math.floor(batch.next))
  if (batch.events.length === 0 && batch.invalid === 0 && end === epoch.end) return state

  const circuits = new Map(state.circuits)
  const entries: LogEntry[] = []
  for (const [id, events] of byCircuit(batch.events)) {
    const name = circuitKey(key, id)
    const known = circuits.get(name) ?? unknownCircuit(name, epoch, id)
    const { circuit, logged } = fold(known, events, epoch.clearedTo)
    circuits.set(name, circuit)
    for (const event of logged) entries.push(logEntry(key, name, event))
  }
  const last = entries.reduce((seq, { event }) => Math.max(seq, event.seq), end)
  const seen = epoch.seen + entries.length
  return forgetOldest({
    ...state,
    epochs: new Map(state.epochs).set(key, { ...epoch, end: last, seen }),
    circuits,
    log: state.log.insert(entries, entryOrder),
    invalid: state.invalid + batch.invalid,
  })
}

function byCircuit(events: readonly WireEvent[]): Map<string, WireEvent[]> {
  const groups = new Map<string, WireEvent[]>()
  for (const event of events) {
    const group = groups.get(event.circuit)
    if (group === undefined) groups.set(event.circuit, [event])
    else group.push(event)
  }
  return groups
}

function stumble(state: SessionState, { frame: id, condition }: FrameFault): SessionState {
  if (condition.kind === 'absent') return setFrame(state, id, { id, url: '', condition })
  const frame = state.frames.get(id) ?? { id, url: '' }
  const frames = new Map(state.frames).set(id, { ...frame, condition })
  return { ...state, frames, invalid: state.invalid + 1 }
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

function clear(state: SessionState): SessionState {
  const { epochs, circuits, ...rest } = onlyPresent(state)
  const { filter, frame, circuit } = rest.view
  return {
    ...rest,
    epochs: new Map(
      [...epochs].map(([key, epoch]) => [key, { ...epoch, clearedTo: epoch.end, seen: 0 }]),
    ),
    circuits: new Map([...circuits].map(([key, circuit]) => [key, clearCircuit(circuit)])),
    log: Sequence.of(),
    invalid: 0,
    forgotten: 0,
    view: { filter, ...(frame !== undefined && { frame }), ...(circuit && { circuit }) },
  }
}

function look(view: View, change: ViewChange): View {
  const next = Object.entries({ ...view, ...change }).filter(([, value]) => value !== undefined)
  return { filter: view.filter, ...Object.fromEntries(next) }
}
