import type { Batch } from '../transports/transport.ts'
import { eventTime } from './log-entry.ts'
import type { Circuit, Epoch, EpochKey, Frame, SessionState } from './state.ts'

export function epochKey(frame: string, epoch: string): EpochKey {
  return `${epoch} ${frame}`
}

export function circuitKey(epoch: EpochKey, circuit: string): string {
  return `${circuit} ${epoch}`
}

/** The state in which the document of a batch is the one in its frame. */
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
    visits: [...(known?.visits ?? []), known === undefined ? arrivalOf(state, batch) : receivedAt],
    end: known?.end ?? 0,
    seen: known?.seen ?? 0,
    clearedTo: known?.clearedTo ?? 0,
  })
  return dropAbsent({ ...state, frames, epochs })
}

/**
 * When a document came: at the first thing that it tells of, which is before it was first heard; but
 * not before the last thing that is known of the one it replaced.
 */
function arrivalOf({ log, epochs }: SessionState, { frame, events, receivedAt }: Batch): number {
  let arrival = receivedAt
  for (const event of events) if ('seq' in event) arrival = Math.min(arrival, eventTime(event))
  for (let position = log.length - 1; position >= 0; position--) {
    const entry = log.at(position)
    if (entry === undefined || epochs.get(entry.epochKey)?.frame !== frame) continue
    return Math.min(receivedAt, Math.max(arrival, entry.timestamp))
  }
  return arrival
}

/** The state with a frame replaced, or gone; what it told is let go, unless the log is preserved. */
export function setFrame(state: SessionState, id: string, frame: Frame | undefined): SessionState {
  const frames = new Map(state.frames)
  if (frame === undefined) frames.delete(id)
  else frames.set(id, frame)
  return dropAbsent({ ...state, frames })
}

function dropAbsent(state: SessionState): SessionState {
  return state.preserveLog ? state : onlyPresent(state)
}

/** The state without the documents that are in no frame any more. */
export function onlyPresent(state: SessionState): SessionState {
  const present = new Set([...state.frames.values()].map(({ epoch }) => epoch))
  const epochs = new Map([...state.epochs].filter(([key]) => present.has(key)))
  if (epochs.size === state.epochs.size) return state
  const circuits = new Map<string, Circuit>()
  for (const [key, circuit] of state.circuits) {
    if (present.has(circuit.epochKey)) circuits.set(key, circuit)
  }
  const log = state.log.filter((entry) => present.has(entry.epochKey))
  return { ...state, epochs, circuits, log, view: viewOf(state, circuits) }
}

function viewOf({ view }: SessionState, circuits: ReadonlyMap<string, Circuit>) {
  const { circuit, entry, moment, ...rest } = view
  const held = circuit !== undefined && circuits.has(circuit)
  const kept = entry !== undefined && circuits.has(entry.circuitKey)
  return {
    ...rest,
    ...(held && { circuit }),
    ...(kept && { entry }),
    ...(kept && moment !== undefined && { moment }),
  }
}

/** Logged events that were lost before they came here, or are still on the way. */
export function lostOf({ end, seen, clearedTo }: Epoch): number {
  return Math.max(0, end - clearedTo - seen)
}
