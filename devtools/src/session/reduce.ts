import type { Batch, FrameFault } from '../transports/transport.ts'
import type { SessionAction, ViewChange } from './action.ts'
import { clearCircuit } from './circuit.ts'
import { epochKey, keepCurrentEpochs, setFrame, showDocument } from './epoch.ts'
import { ingest } from './ingest.ts'
import { Sequence } from './sequence.ts'
import type { CommandStatus, SessionState, View } from './state.ts'

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
  evicted: 0,
  commands: [],
  view: { filter: '' },
}

/**
 * Applies an action. Pure. The result does not depend on the order, the portions or the repetition
 * of batches.
 */
export function reduce(state: SessionState, action: SessionAction): SessionState {
  if (action.type === 'set-view')
    return { ...state, view: applyViewChange(state.view, action.change) }
  if (state.source === 'file') return state
  switch (action.type) {
    case 'batch':
      return state.recording ? receive(state, action) : state
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
  const key = epochKey(batch.frame, batch.epoch)
  const epoch = state.epochs.get(key)
  if (epoch === undefined) return state
  return ingest(state, epoch, batch.events, batch.next, batch.invalid)
}

function applyFault(state: SessionState, { frame: id, condition }: FrameFault): SessionState {
  if (condition.kind === 'absent') return setFrame(state, id, { id, url: '', condition })
  const frame = state.frames.get(id) ?? { id, url: '' }
  const frames = new Map(state.frames).set(id, { ...frame, condition })
  const isInvalid = condition.why !== 'silent'
  return { ...state, frames, invalid: state.invalid + Number(isInvalid) }
}

function clear(state: SessionState): SessionState {
  const { epochs, circuits, ...rest } = keepCurrentEpochs(state)
  const { filter, frame, circuit } = rest.view
  return {
    ...rest,
    epochs: new Map(
      [...epochs].map(([key, epoch]) => [key, { ...epoch, clearedTo: epoch.end, seen: 0 }]),
    ),
    circuits: new Map([...circuits].map(([key, circuit]) => [key, clearCircuit(circuit)])),
    log: Sequence.of(),
    invalid: 0,
    evicted: 0,
    view: { filter, ...(frame !== undefined && { frame }), ...(circuit && { circuit }) },
  }
}

function applyViewChange(view: View, change: ViewChange): View {
  const next = Object.entries({ ...view, ...change }).filter(([, value]) => value !== undefined)
  return { filter: view.filter, ...Object.fromEntries(next) }
}
