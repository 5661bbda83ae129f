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

const PORTION = 200

/** The session as the text of a file, an event a line, in pieces that are made as they are asked for. */
export function* saveSession(state: SessionState, savedAt: number): Generator<string> {
  const { invalid, forgotten } = state
  const present = new Set([...state.frames.values()].map(({ epoch }) => epoch))
  const logs = logsOf(state)
  const format = 'fluxgate-devtools'
  const file: SessionFile = { format, version: 1, savedAt, invalid, forgotten, epochs: [] }
  yield opened(file)
  let separator = '\n'
  for (const { key, ...epoch } of state.epochs.values()) {
    const circuits = [...state.circuits.values()].filter(({ epochKey }) => epochKey === key)
    const forgottenTo = Object.fromEntries(
      circuits
        .filter((circuit) => circuit.forgottenTo >= 0)
        .map((circuit) => [circuit.address.circuit, circuit.forgottenTo]),
    )
    const head: SavedEpoch = { ...epoch, present: present.has(key), forgottenTo, events: [] }
    yield separator + opened(head)
    yield* inPortions(allEvents(circuits, logs.get(key) ?? []))
    yield ']}'
    separator = ',\n'
  }
  yield ']}\n'
}

/** The JSON of an object that ends with an empty list, up to where the first item of that goes. */
function opened(value: SessionFile | SavedEpoch): string {
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

/** All that one document told; in the log's order, in which it is taken in fastest. */
function* allEvents(
  circuits: readonly Circuit[],
  log: readonly LoggedEvent[],
): Generator<WireEvent> {
  for (const circuit of circuits) yield* eventsOutsideLog(circuit)
  yield* log
  for (const circuit of circuits) yield* measurements(circuit)
}

/**
 * The session in a file: the same picture, to look at only.
 *
 * @param text in pieces, as they come
 * @throws TypeError when the text is no saved session, saying what is wrong
 */
export async function loadSession(
  text: Iterable<string> | AsyncIterable<string>,
  breathe: YieldToMain = () => undefined,
): Promise<SessionState> {
  const { epochs, savedAt, invalid, forgotten } = await readSessionFile(text, breathe)
  let state: SessionState = { ...emptySession, preserveLog: true }
  for (const saved of epochs) state = await restore(state, saved, breathe)
  return { ...state, source: 'file', savedAt, invalid, forgotten }
}

async function restore(
  before: SessionState,
  saved: SavedEpoch,
  breathe: YieldToMain,
): Promise<SessionState> {
  const { frame, epoch: name, url, visits, present, end, seen, clearedTo, events } = saved
  const key = epochKey(frame, name)
  const epoch: Epoch = { key, frame, epoch: name, url, visits, end, seen: 0, clearedTo }
  const circuits = new Map(before.circuits)
  for (const [id, forgottenTo] of Object.entries(saved.forgottenTo)) {
    const circuit = unknownCircuit(circuitKey(key, id), epoch, id)
    circuits.set(circuit.key, { ...circuit, forgottenTo })
  }
  const frames = new Map(before.frames)
  if (present) frames.set(frame, { id: frame, url, epoch: key })
  let state: SessionState = { ...before, frames, circuits }
  for (let from = 0; from < events.length; from += PORTION) {
    state = ingest(state, epoch, events.slice(from, from + PORTION), end)
    await breathe()
  }
  // what was forgotten had been seen
  return { ...state, epochs: new Map(state.epochs).set(key, { ...epoch, seen }) }
}

/** What a circuit is known by and is not in the log: that was cleared or forgotten. */
function eventsOutsideLog({ added, removed, move, shadow, anchor, events }: Circuit): WireEvent[] {
  return [added, removed, move, shadow, anchor].flatMap((event) =>
    event === undefined || hasEvent(events, event) ? [] : event,
  )
}

/** What was measured of it, without the counts that its signals know as well. */
function measurements({ address, events, counts, metrics }: Circuit): WireEvent[] {
  const told = new Map<number, number>()
  for (const event of events) {
    if (event.type === 'signal') told.set(event.signal.timestamp, event.rejections)
  }
  const untold = [...counts]
    .filter(({ total, timestamp }) => told.get(timestamp) !== total)
    .map((count) => ({ type: 'rejected', circuit: address.circuit, ...count }) as const)
  return [...untold, ...metrics]
}
