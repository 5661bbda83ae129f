import type { LoggedEvent, WireEvent } from '@fluxgate/core/devtools'
import {
  readSessionFile,
  type SavedEpoch,
  type SessionFile,
  type YieldToMain,
} from '../protocol/session-file.ts'
import { hasEvent, unknownCircuit } from './circuit.ts'
import { circuitKey, epochKey } from './epoch.ts'
import { ingest } from './ingest.ts'
import { emptySession } from './reduce.ts'
import type { Circuit, Epoch, EpochKey, SessionState } from './state.ts'

/** Events written or ingested at a time. */
const PORTION = 200

/** Serializes a session as JSON with one event a line. Chunks are generated lazily. */
export function* saveSession(state: SessionState, savedAt: number): Generator<string> {
  const { invalid, evicted } = state
  const current = new Set([...state.frames.values()].map(({ epoch }) => epoch))
  const logs = logsOf(state)
  const format = 'fluxgate-devtools'
  const file: SessionFile = { format, version: 1, savedAt, invalid, evicted, epochs: [] }
  yield openJson(file)
  let separator = '\n'
  for (const { key, ...epoch } of state.epochs.values()) {
    const circuits = [...state.circuits.values()].filter(({ epochKey }) => epochKey === key)
    const evictedTo = Object.fromEntries(
      circuits
        .filter((circuit) => circuit.evictedTo >= 0)
        .map((circuit) => [circuit.address.circuit, circuit.evictedTo]),
    )
    const head: SavedEpoch = { ...epoch, present: current.has(key), evictedTo, events: [] }
    yield separator + openJson(head)
    yield* inPortions(allEvents(circuits, logs.get(key) ?? []))
    yield ']}'
    separator = ',\n'
  }
  yield ']}\n'
}

/** The JSON of an object that ends with an empty array, up to the first item of that array. */
function openJson(value: SessionFile | SavedEpoch): string {
  return JSON.stringify(value).slice(0, -']}'.length)
}

function logsOf({ log }: SessionState): ReadonlyMap<EpochKey, readonly LoggedEvent[]> {
  const logs = new Map<EpochKey, LoggedEvent[]>()
  for (const { epochKey: key, event } of log) {
    const own = logs.get(key)
    if (own === undefined) logs.set(key, [event])
    else own.push(event)
  }
  return logs
}

function* inPortions(events: Iterable<WireEvent>): Generator<string> {
  let separator = '\n'
  let lines: string[] = []
  for (const event of events) {
    if (lines.push(JSON.stringify(event)) < PORTION) continue
    yield separator + lines.join(',\n')
    separator = ',\n'
    lines = []
  }
  if (lines.length > 0) yield separator + lines.join(',\n')
}

/** All events of one document. Logged events keep the order of the log: appending is cheapest. */
function* allEvents(
  circuits: readonly Circuit[],
  log: readonly LoggedEvent[],
): Generator<WireEvent> {
  for (const circuit of circuits) yield* eventsOutsideLog(circuit)
  yield* log
  for (const circuit of circuits) yield* measurements(circuit)
}

/**
 * Loads a saved session. Only its view can change.
 *
 * @param text the file, in chunks of any size
 * @param yieldToMain called between portions of work
 * @throws TypeError when the text is not a saved session of version 1
 */
export async function loadSession(
  text: Iterable<string> | AsyncIterable<string>,
  yieldToMain: YieldToMain = () => undefined,
): Promise<SessionState> {
  const { epochs, savedAt, invalid, evicted } = await readSessionFile(text, yieldToMain)
  let state: SessionState = { ...emptySession, preserveLog: true }
  for (const saved of epochs) state = await restore(state, saved, yieldToMain)
  return { ...state, source: 'file', savedAt, invalid, evicted }
}

async function restore(
  before: SessionState,
  saved: SavedEpoch,
  yieldToMain: YieldToMain,
): Promise<SessionState> {
  const { frame, epoch: name, url, visits, present, end, seen, clearedTo, events } = saved
  const key = epochKey(frame, name)
  const epoch: Epoch = { key, frame, epoch: name, url, visits, end, seen: 0, clearedTo }
  const circuits = new Map(before.circuits)
  for (const [id, evictedTo] of Object.entries(saved.evictedTo)) {
    const circuit = unknownCircuit(circuitKey(key, id), epoch, id)
    circuits.set(circuit.key, { ...circuit, evictedTo })
  }
  const frames = new Map(before.frames)
  if (present) frames.set(frame, { id: frame, url, epoch: key })
  let state: SessionState = { ...before, frames, circuits }
  for (let from = 0; from < events.length; from += PORTION) {
    state = ingest(state, epoch, events.slice(from, from + PORTION), end)
    await yieldToMain()
  }
  // evicted events are not in the file, but were received
  return { ...state, epochs: new Map(state.epochs).set(key, { ...epoch, seen }) }
}

/** Events that define the state of a circuit but were cleared or evicted from the log. */
function eventsOutsideLog(circuit: Circuit): WireEvent[] {
  const { added, removed, lastTransition, lastShadowVerdict, anchor, events } = circuit
  return [added, removed, lastTransition, lastShadowVerdict, anchor].flatMap((event) =>
    event === undefined || hasEvent(events, event) ? [] : event,
  )
}

/** The metrics and counts of a circuit, without the counts that its signals include. */
function measurements({ address, events, counts, metrics }: Circuit): WireEvent[] {
  const countsInSignals = new Map<number, number>()
  for (const event of events) {
    if (event.type === 'signal') countsInSignals.set(event.signal.timestamp, event.rejections)
  }
  const otherCounts = [...counts]
    .filter(({ total, timestamp }) => countsInSignals.get(timestamp) !== total)
    .map((count) => ({ type: 'rejected', circuit: address.circuit, ...count }) as const)
  return [...otherCounts, ...metrics]
}
