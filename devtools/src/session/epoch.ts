import type { Batch } from '../transports/transport.ts'
import { eventTime } from './log-entry.ts'
import type { Circuit, Epoch, EpochKey, Frame, SessionState } from './state.ts'

export function epochKey(frame: string, epoch: string): EpochKey {
  return `${epoch} ${frame}`
}

export function circuitKey(epoch: EpochKey, circuit: string): string {
  return `${circuit} ${epoch}`
}

/** Makes the document of a batch the current one of its frame. */
export function showDocument(state: SessionState, batch: Batch): SessionState {
  const { frame: id, epoch, url, receivedAt } = batch
  const key = epochKey(id, epoch)
  const frame = state.frames.get(id)
  if (frame?.epoch === key && frame.condition === undefined && frame.url === url) return state
  const frames = new Map(state.frames).set(id, { id, url, epoch: key })
  if (frame?.epoch === key) return { ...state, frames }
  const known = state.epochs.get(key)
  const epochs = new Map(state.epochs).set(key, {
    key,
    frame: id,
    epoch,
    url,
    visits: [...(known?.visits ?? []), known === undefined ? loadTimeOf(state, batch) : receivedAt],
    end: known?.end ?? 0,
    seen: known?.seen ?? 0,
    clearedTo: known?.clearedTo ?? 0,
  })
  return dropAbsent({ ...state, frames, epochs })
}

/**
 * Estimates when a document was loaded: at its first event, but not before the last event of the
 * document that it replaced.
 */
function loadTimeOf({ log, epochs }: SessionState, { frame, events, receivedAt }: Batch): number {
  let loadedAt = receivedAt
  for (const event of events) if ('seq' in event) loadedAt = Math.min(loadedAt, eventTime(event))
  for (let position = log.length - 1; position >= 0; position--) {
    const entry = log.at(position)
    if (entry === undefined || epochs.get(entry.epochKey)?.frame !== frame) continue
    return Math.min(receivedAt, Math.max(loadedAt, entry.timestamp))
  }
  return loadedAt
}

/** Replaces or removes a frame. Its events are dropped unless the log is preserved. */
export function setFrame(state: SessionState, id: string, frame: Frame | undefined): SessionState {
  const frames = new Map(state.frames)
  if (frame === undefined) frames.delete(id)
  else frames.set(id, frame)
  return dropAbsent({ ...state, frames })
}

function dropAbsent(state: SessionState): SessionState {
  return state.preserveLog ? state : keepCurrentEpochs(state)
}

/** Drops every document that is not the current one of a frame. */
export function keepCurrentEpochs(state: SessionState): SessionState {
  const current = new Set([...state.frames.values()].map(({ epoch }) => epoch))
  const epochs = new Map([...state.epochs].filter(([key]) => current.has(key)))
  if (epochs.size === state.epochs.size) return state
  const circuits = new Map<string, Circuit>()
  for (const [key, circuit] of state.circuits) {
    if (current.has(circuit.epochKey)) circuits.set(key, circuit)
  }
  const log = state.log.filter((entry) => current.has(entry.epochKey))
  return { ...state, epochs, circuits, log, view: validView(state, circuits) }
}

function validView({ view }: SessionState, circuits: ReadonlyMap<string, Circuit>) {
  const { circuit, entry, moment, ...rest } = view
  const keepsCircuit = circuit !== undefined && circuits.has(circuit)
  const keepsEntry = entry !== undefined && circuits.has(entry.circuitKey)
  return {
    ...rest,
    ...(keepsCircuit && { circuit }),
    ...(keepsEntry && { entry }),
    ...(keepsEntry && moment !== undefined && { moment }),
  }
}

/** Number of logged events that were evicted before a read, or are still pending. */
export function lostOf({ end, seen, clearedTo }: Epoch): number {
  return Math.max(0, end - clearedTo - seen)
}
