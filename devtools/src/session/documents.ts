import type { Batch } from '../transports/transport.ts'
import { eventTime } from './log-entry.ts'
import type { Circuit, DocumentKey, Frame, PageDocument, SessionState } from './state.ts'

export function documentKey(frame: string, epoch: string): DocumentKey {
  return `${epoch} ${frame}`
}

export function circuitKey(document: DocumentKey, circuit: string): string {
  return `${circuit} ${document}`
}

/** Makes the document of a batch the current one of its frame. */
export function showDocument(state: SessionState, batch: Batch): SessionState {
  const { frame: id, epoch, url, receivedAt } = batch
  const key = documentKey(id, epoch)
  const frame = state.frames.get(id)
  if (frame?.document === key && frame.condition === undefined && frame.url === url) return state
  const frames = new Map(state.frames).set(id, { id, url, document: key })
  if (frame?.document === key) return { ...state, frames }
  const known = state.documents.get(key)
  const documents = new Map(state.documents).set(key, {
    key,
    frame: id,
    epoch,
    url,
    visits: [...(known?.visits ?? []), known === undefined ? loadTimeOf(state, batch) : receivedAt],
    end: known?.end ?? 0,
    seen: known?.seen ?? 0,
    clearedTo: known?.clearedTo ?? 0,
  })
  return dropAbsent({ ...state, frames, documents })
}

/**
 * Estimates when a document was loaded: at its first event, but not before the last event of the
 * document that it replaced.
 */
function loadTimeOf(
  { log, documents }: SessionState,
  { frame, events, receivedAt }: Batch,
): number {
  let loadedAt = receivedAt
  for (const event of events) if ('seq' in event) loadedAt = Math.min(loadedAt, eventTime(event))
  for (let position = log.length - 1; position >= 0; position--) {
    const entry = log.at(position)
    if (entry === undefined || documents.get(entry.documentKey)?.frame !== frame) continue
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
  return state.preserveLog ? state : keepCurrentDocuments(state)
}

/** Drops every document that is not the current one of a frame. */
export function keepCurrentDocuments(state: SessionState): SessionState {
  const current = new Set([...state.frames.values()].map(({ document }) => document))
  const documents = new Map([...state.documents].filter(([key]) => current.has(key)))
  if (documents.size === state.documents.size) return state
  const circuits = new Map<string, Circuit>()
  for (const [key, circuit] of state.circuits) {
    if (current.has(circuit.documentKey)) circuits.set(key, circuit)
  }
  const log = state.log.filter((entry) => current.has(entry.documentKey))
  return { ...state, documents, circuits, log, view: validView(state, circuits) }
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
export function lostOf({ end, seen, clearedTo }: PageDocument): number {
  return Math.max(0, end - clearedTo - seen)
}
