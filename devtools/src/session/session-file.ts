import type { LoggedEvent, WireEvent } from '@fluxgate/core/devtools'
import {
  readSessionFile,
  type SavedDocument,
  type SessionFile,
  type YieldToMain,
} from '../protocol/session-file.ts'
import type { FrameId } from '../transports/transport.ts'
import { hasEvent, unknownCircuit } from './circuit.ts'
import { circuitKey, documentKey } from './documents.ts'
import { applyTo, MAX_CIRCUITS } from './ingest.ts'
import { entryOrder } from './log-entry.ts'
import { emptySession } from './reduce.ts'
import { shareableFrames, shareableUrl } from './shareable-url.ts'
import { SortedList } from './sorted-list.ts'
import type {
  Circuit,
  CircuitKey,
  DocumentKey,
  Frame,
  LogEntry,
  PageDocument,
  SessionState,
} from './state.ts'

/** Events written or ingested at a time. */
const PORTION = 200
/** Characters of a portion that is written: the rules of some circuits are large. */
const PORTION_LENGTH = 100_000

/**
 * Serializes a session as JSON with one event a line. Chunks are generated lazily; an empty chunk
 * lets the caller interrupt the work.
 *
 * Addresses are saved without query and fragment: these can contain secrets, and users share files.
 */
export function* saveSession(state: SessionState, savedAt: number): Generator<string> {
  const { invalid, evicted } = state
  const current = new Set([...state.frames.values()].map(({ document }) => document))
  const logs = yield* logsOf(state)
  const format = 'fluxgate-devtools'
  const file: SessionFile = { format, version: 1, savedAt, invalid, evicted, epochs: [] }
  yield openJson(file)
  let separator = '\n'
  const frames = shareableFrames([...state.documents.values()].map(({ frame }) => frame))
  const circuitsOf = byDocument(state.circuits.values())
  for (const { key, ...document } of state.documents.values()) {
    const circuits = circuitsOf.get(key) ?? []
    const evictedTo = Object.fromEntries(
      circuits
        .filter((circuit) => circuit.evictedTo >= 0)
        .map((circuit) => [circuit.address.circuit, circuit.evictedTo]),
    )
    const head: SavedDocument = {
      ...document,
      frame: frames.get(document.frame) ?? document.frame,
      url: shareableUrl(document.url),
      present: current.has(key),
      evictedTo,
      events: [],
    }
    yield separator + openJson(head)
    yield* inPortions(allEvents(circuits, logs.get(key) ?? []))
    yield ']}'
    separator = ',\n'
  }
  yield ']}\n'
}

function byDocument(circuits: Iterable<Circuit>): ReadonlyMap<DocumentKey, readonly Circuit[]> {
  const groups = new Map<DocumentKey, Circuit[]>()
  for (const circuit of circuits) {
    const group = groups.get(circuit.documentKey)
    if (group === undefined) groups.set(circuit.documentKey, [circuit])
    else group.push(circuit)
  }
  return groups
}

/** The JSON of an object that ends with an empty array, up to the first item of that array. */
function openJson(value: SessionFile | SavedDocument): string {
  return JSON.stringify(value).slice(0, -']}'.length)
}

/** Entries of the log that are grouped at a time. */
const GROUPING_PORTION = 10_000

/** Groups the log by document. */
function* logsOf({
  log,
}: SessionState): Generator<string, ReadonlyMap<DocumentKey, readonly LoggedEvent[]>> {
  const logs = new Map<DocumentKey, LoggedEvent[]>()
  let grouped = 0
  for (const { documentKey: key, event } of log) {
    const own = logs.get(key)
    if (own === undefined) logs.set(key, [event])
    else own.push(event)
    if (++grouped % GROUPING_PORTION === 0) yield ''
  }
  return logs
}

/** @param events `undefined` in between lets the caller interrupt the work */
function* inPortions(events: Iterable<WireEvent | undefined>): Generator<string> {
  let separator = '\n'
  let lines: string[] = []
  let length = 0
  for (const event of events) {
    if (event === undefined) {
      yield ''
      continue
    }
    const line = JSON.stringify(event)
    length += line.length
    if (lines.push(line) < PORTION && length < PORTION_LENGTH) continue
    yield separator + lines.join(',\n')
    separator = ',\n'
    lines = []
    length = 0
  }
  if (lines.length > 0) yield separator + lines.join(',\n')
}

/** All events of one document. Logged events keep the order of the log: appending is cheapest. */
function* allEvents(
  circuits: readonly Circuit[],
  log: readonly LoggedEvent[],
): Generator<WireEvent | undefined> {
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
  // mutable maps: copying them for each document would make a file of many documents quadratic
  const frames = new Map<FrameId, Frame>()
  const circuits = new Map<CircuitKey, Circuit>()
  const documents = new Map<DocumentKey, PageDocument>()
  let log = SortedList.of<LogEntry>()
  for (const saved of epochs) {
    const { frame, epoch, url, present, evictedTo, events, ...rest } = saved
    const key = documentKey(frame, epoch)
    const document: PageDocument = { ...rest, key, frame, epoch, url }
    documents.set(key, document)
    if (present) frames.set(frame, { id: frame, url, document: key })
    for (const [id, evicted] of Object.entries(evictedTo)) {
      if (circuits.size >= MAX_CIRCUITS) break
      const circuit = unknownCircuit(circuitKey(key, id), document, id)
      circuits.set(circuit.key, { ...circuit, evictedTo: evicted })
    }
    for (let from = 0; from < events.length; from += PORTION) {
      const { entries } = applyTo(circuits, document, events.slice(from, from + PORTION))
      log = log.insert(entries, entryOrder)
      await yieldToMain()
    }
    await yieldToMain()
  }
  const read = { frames, circuits, documents, log, savedAt, invalid, evicted }
  return { ...emptySession, preserveLog: true, source: 'file', ...read }
}

/** Events that define the state of a circuit but were cleared or evicted from the log. */
function eventsOutsideLog(circuit: Circuit): WireEvent[] {
  const { added, removed, lastTransition, lastShadowVerdict, anchor, events } = circuit
  return [added, removed, lastTransition, lastShadowVerdict, anchor].flatMap((event) =>
    event === undefined || hasEvent(events, event) ? [] : event,
  )
}

/** The metrics and counts of a circuit, without the counts that its signals include. */
function* measurements({
  address: { circuit },
  events,
  counts,
  metrics,
}: Circuit): Generator<WireEvent | undefined> {
  const countsInSignals = new Map<number, number>()
  let visited = 0
  for (const event of events) {
    if (event.type === 'signal') countsInSignals.set(event.signal.timestamp, event.rejections)
    if (++visited % GROUPING_PORTION === 0) yield undefined
  }
  yield undefined
  for (const count of counts) {
    if (countsInSignals.get(count.timestamp) === count.total) continue
    yield { type: 'rejected', circuit, ...count }
  }
  yield* metrics
}
