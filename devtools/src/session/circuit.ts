import type {
  CircuitRemoved,
  LoggedEvent,
  MetricsTaken,
  SignalSent,
  WireEvent,
} from '@fluxgate/core/devtools'
import { SortedList } from './sorted-list.ts'
import type { Circuit, CircuitKey, PageDocument, RejectionCount } from './state.ts'

/** Counts and metrics kept per circuit. */
const MAX_SAMPLES = 5_000

/** A circuit before its first event. */
export function unknownCircuit(key: CircuitKey, document: PageDocument, id: string): Circuit {
  return {
    key,
    documentKey: document.key,
    address: { frame: document.frame, epoch: document.epoch, circuit: id },
    name: id,
    controls: false,
    state: 'closed',
    since: 0,
    trips: 0,
    rejections: 0,
    events: SortedList.of(),
    evictedTo: -1,
    clearedTotal: -1,
    clearedAt: -1,
    counts: SortedList.of(),
    metrics: SortedList.of(),
  }
}

/**
 * Applies events of one circuit, in any order and with any repetitions.
 *
 * @param clearedTo `seq` of the last logged event when the log was cleared
 * @returns the circuit, and those of the events that are new in the log
 */
export function applyEvents(
  circuit: Circuit,
  events: readonly WireEvent[],
  clearedTo: number,
): { circuit: Circuit; logged: readonly LoggedEvent[] } {
  const newEvents = new Map<number, LoggedEvent>()
  const counts: RejectionCount[] = []
  const metrics: MetricsTaken[] = []
  const next: Mutable<Circuit> = { ...circuit }
  for (const event of events) {
    switch (event.type) {
      case 'rejected':
        if (event.total > circuit.clearedTotal) {
          counts.push({ total: event.total, timestamp: event.timestamp })
        }
        continue
      case 'metrics':
        if (event.timestamp > circuit.clearedAt) metrics.push(event)
        continue
      case 'circuit-added':
        next.added ??= event
        break
      case 'circuit-removed':
        next.removed ??= event
        break
      case 'signal':
        keepLatest(event, next)
        break
      case 'command':
        break
      default:
        event satisfies never
    }
    if (event.seq <= clearedTo || event.index <= circuit.evictedTo) {
      if (event.type === 'signal' && isLaterTransition(event, next.anchor)) next.anchor = event
    } else if (!hasEvent(circuit.events, event)) newEvents.set(event.index, event)
  }
  const logged = [...newEvents.values()]
  for (const event of logged) if ('rejections' in event) counts.push(countIn(event))
  next.events = circuit.events.insert(logged, byIndex)
  next.counts = newest(circuit.counts.insert(counts, byTotal))
  next.metrics = newest(circuit.metrics.insert(metrics, byTime))
  next.trips += tripsIn(logged)
  return { circuit: deriveState(next), logged }
}

/** Evicts the first `count` events from the log of a circuit. */
export function evictFirst(circuit: Circuit, count: number): Circuit {
  const last = circuit.events.at(count - 1)
  if (count <= 0 || last === undefined) return circuit
  const next: Mutable<Circuit> = { ...circuit, evictedTo: last.index }
  for (const event of circuit.events.between(0, count)) {
    if (event.type === 'signal' && isLaterTransition(event, next.anchor)) next.anchor = event
  }
  next.events = circuit.events.slice(count)
  next.trips = tripsIn(next.events)
  return next
}

/** Clears the log of a circuit and keeps its current state. */
export function clearCircuit(circuit: Circuit): Circuit {
  const { events, counts, metrics } = circuit
  return {
    ...evictFirst(circuit, events.length),
    counts: counts.slice(counts.length - 1),
    metrics: metrics.slice(metrics.length - 1),
    clearedTotal: counts.at(-1)?.total ?? circuit.clearedTotal,
    clearedAt: metrics.at(-1)?.timestamp ?? circuit.clearedAt,
  }
}

type Mutable<T> = { -readonly [K in keyof T]: T[K] }

/** Derives the current state from all events, independent of the order of their arrival. */
function deriveState(circuit: Mutable<Circuit>): Circuit {
  const { added, lastTransition, counts, metrics } = circuit
  const verdict = circuit.lastShadowVerdict?.signal
  circuit.name =
    added?.config.name ?? (lastTransition?.signal ?? verdict)?.circuitName ?? circuit.name
  circuit.controls = added?.controls ?? false
  circuit.state =
    lastTransition?.signal.newState ?? added?.snapshot.state ?? verdict?.newState ?? circuit.state
  circuit.since =
    lastTransition?.signal.timestamp ?? added?.snapshot.since ?? verdict?.timestamp ?? 0
  circuit.rejections = counts.at(-1)?.total ?? 0
  const live = metrics.at(-1)?.snapshot
  const source =
    live?.state === circuit.state && live.since === circuit.since
      ? live // `retryAt` may have changed without a signal
      : (lastTransition?.signal ?? added?.snapshot)
  if (source?.retryAt !== undefined && circuit.state === 'open') circuit.retryAt = source.retryAt
  else delete circuit.retryAt
  return circuit
}

/** Keeps the signal if it is the latest transition or the latest shadow verdict. */
function keepLatest(event: SignalSent, circuit: Mutable<Circuit>): void {
  if (isLaterTransition(event, circuit.lastTransition)) circuit.lastTransition = event
  else if (isShadow(event) && isLater(event, circuit.lastShadowVerdict))
    circuit.lastShadowVerdict = event
}

/** Whether this is a transition and later than `known`. A shadow verdict is not a transition. */
function isLaterTransition(event: SignalSent, known: SignalSent | undefined): boolean {
  return !isShadow(event) && isLater(event, known)
}

const isShadow = ({ signal }: SignalSent) => signal.cause === 'shadow'
const isLater = ({ index }: SignalSent, known: SignalSent | undefined) =>
  known === undefined || known.index < index

/** Signals and removals include the count at their time. */
function countIn(event: SignalSent | CircuitRemoved): RejectionCount {
  const { timestamp } = event.type === 'signal' ? event.signal : event
  return { total: event.rejections, timestamp }
}

function tripsIn(events: Iterable<LoggedEvent>): number {
  let trips = 0
  for (const event of events)
    if (event.type === 'signal' && event.signal.newState === 'open') trips++
  return trips
}

export function hasEvent(events: SortedList<LoggedEvent>, event: LoggedEvent): boolean {
  return events.at(events.search((other) => other.index >= event.index))?.index === event.index
}

function newest<T>(samples: SortedList<T>): SortedList<T> {
  return samples.slice(samples.length - MAX_SAMPLES)
}

const byIndex = (a: LoggedEvent, b: LoggedEvent) => a.index - b.index
const byTime = (a: MetricsTaken, b: MetricsTaken) => a.timestamp - b.timestamp
const byTotal = (a: RejectionCount, b: RejectionCount) =>
  a.total - b.total || a.timestamp - b.timestamp
