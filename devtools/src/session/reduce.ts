import type { Batch, FrameFault } from '../transports/transport.ts'
import type { SessionAction, ViewChange } from './action.ts'
import { clearCircuit } from './circuit.ts'
import { documentKey, keepCurrentDocuments, setFrame, showDocument } from './documents.ts'
import { ingest } from './ingest.ts'
import { SortedList } from './sorted-list.ts'
import type { Circuit, CommandStatus, SessionState, View } from './state.ts'

const MAX_COMMANDS = 100

export const emptySession: SessionState = {
  source: 'live',
  recording: true,
  preserveLog: false,
  frames: new Map(),
  documents: new Map(),
  circuits: new Map(),
  log: SortedList.of(),
  invalid: 0,
  evicted: 0,
  commands: [],
  view: { filter: '' },
}

/**
 * Applies an action. Pure. The result does not depend on the order, the portions or the repetition
 * of batches.
 */
export function reduce(state: SessionState, action: SessionAction): SessionState {
  if (action.type === 'set-view') {
    return { ...state, view: applyViewChange(state, action.change, action.automatic === true) }
  }
  if (state.source === 'file') return state
  switch (action.type) {
    case 'batch':
      return state.recording ? followSelection(receive(state, action)) : state
    case 'fault':
      return state.recording ? applyFault(state, action) : state
    case 'frame-removed':
      return state.recording ? setFrame(state, action.frame, undefined) : state
    case 'record':
      return { ...state, recording: action.on }
    case 'preserve-log':
      return { ...state, preserveLog: action.on }
    case 'clear':
      return clear(state)
    case 'command-sent': {
      const { id, circuitKey, action: wireAction, sentAt } = action
      const sent: CommandStatus = { id, circuitKey, action: wireAction, status: 'pending', sentAt }
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
  const state = showDocument(before, batch)
  const key = documentKey(batch.frame, batch.epoch)
  const document = state.documents.get(key)
  if (document === undefined) return state
  return ingest(state, document, batch.events, batch.next, batch.invalid)
}

function applyFault(state: SessionState, { frame: id, condition }: FrameFault): SessionState {
  if (condition.kind === 'absent') return setFrame(state, id, { id, url: '', condition })
  const frame = state.frames.get(id) ?? { id, url: '' }
  const frames = new Map(state.frames).set(id, { ...frame, condition })
  const isInvalid = condition.why !== 'unresponsive'
  return { ...state, frames, invalid: state.invalid + Number(isInvalid) }
}

function clear(state: SessionState): SessionState {
  const { documents, circuits, ...rest } = keepCurrentDocuments(state)
  const { selection: _, moment: __, entry: ___, ...view } = rest.view
  return {
    ...rest,
    documents: new Map(
      [...documents].map(([key, document]) => [
        key,
        { ...document, clearedTo: document.end, seen: 0 },
      ]),
    ),
    circuits: new Map([...circuits].map(([key, circuit]) => [key, clearCircuit(circuit)])),
    log: SortedList.of(),
    invalid: 0,
    evicted: 0,
    view,
  }
}

function applyViewChange(
  { view, circuits }: SessionState,
  change: ViewChange,
  automatic: boolean,
): View {
  const chosen = change.circuit === undefined ? undefined : circuits.get(change.circuit)
  const followed = !automatic && chosen && { frame: chosen.address.frame, name: chosen.name }
  const changed = { ...view, ...change, ...(followed && { followed }) }
  const next = Object.entries(changed).filter(([, value]) => value !== undefined)
  return { filter: view.filter, ...Object.fromEntries(next) }
}

/** Selects the circuit that replaced the chosen one after a reload or a hot reload. */
function followSelection(state: SessionState): SessionState {
  const { circuits, frames, view } = state
  const { followed, moment } = view
  if (followed === undefined || moment !== undefined) return state
  const document = frames.get(followed.frame)?.document
  const isFollowed = ({ removed, documentKey: key, name }: Circuit) =>
    removed === undefined && key === document && name === followed.name
  const selected = view.circuit === undefined ? undefined : circuits.get(view.circuit)
  if (selected !== undefined && isFollowed(selected)) return state
  const next = [...circuits.values()].filter(isFollowed).at(-1)
  return next === undefined ? state : { ...state, view: { ...view, circuit: next.key } }
}
