import type {
  CircuitRemoved,
  LoggedEvent,
  MetricsTaken,
  SignalSent,
  WireEvent,
} from '@fluxgate/core/devtools'
import { Sequence } from './sequence.ts'
import type { Circuit, CircuitKey, Epoch, RejectionCount } from './state.ts'

/** Moments kept per circuit of what is measured again and again. */
const MAX_MOMENTS = 5_000

/** A circuit of which nothing is known yet. */
export function unknownCircuit(key: CircuitKey, epoch: Epoch, id: string): Circuit {
  return {
    key,
    epochKey: epoch.key,
    address: { frame: epoch.frame, epoch: epoch.epoch, circuit: id },
    name: id,
    controls: false,
    state: 'closed',
    since: 0,
    trips: 0,
    rejections: 0,
    events: Sequence.of(),
    forgottenTo: -1,
    clearedTotal: -1,
    clearedAt: -1,
    counts: Sequence.of(),
    metrics: Sequence.of(),
  }
}

/**
 * The circuit after these events of its own, in whatever order and however often they come.
 *
 * @returns also the events that go to the log: new ones, from after it was last cleared
 */
export function applyEvents(
  circuit: Circuit,
  events: readonly WireEvent[],
  clearedTo: number,
): { circuit: Circuit; logged: readonly LoggedEvent[] } {
  const fresh = new Map<number, LoggedEvent>()
  const counts: RejectionCount[] = []
  const metrics: MetricsTaken[] = []
  const next: Mutable<Circuit> = { ...circuit }
  for (const event of events) {
    if (event.type === 'rejected') {
      const { total, timestamp } = event
      if (total > circuit.clearedTotal) counts.push({ total, timestamp })
    } else if (event.type === 'metrics') {
      if (event.timestamp > circuit.clearedAt) metrics.push(event)
    } else {
      if (event.type === 'circuit-added') next.added ??= event
      else if (event.type === 'circuit-removed') next.removed ??= event
      else if (event.type === 'signal') keepLatest(event, next)
      if (event.seq <= clearedTo || event.index <= circuit.forgottenTo) {
        if (event.type === 'signal' && moves(event, next.anchor)) next.anchor = event
      } else if (!hasEvent(circuit.events, event)) fresh.set(event.index, event)
    }
  }
  const logged = [...fresh.values()]
  for (const event of logged) if ('rejections' in event) counts.push(countIn(event))
  next.events = circuit.events.insert(logged, byIndex)
  next.counts = newest(circuit.counts.insert(counts, byTotal))
  next.metrics = newest(circuit.metrics.insert(metrics, byTime))
  next.trips += tripsIn(logged)
  return { circuit: withPresent(next), logged }
}

/** The circuit with the first `count` events of its log forgotten. */
export function forget(circuit: Circuit, count: number): Circuit {
  const last = circuit.events.at(count - 1)
  if (count <= 0 || last === undefined) return circuit
  const next: Mutable<Circuit> = { ...circuit, forgottenTo: last.index }
  for (const event of circuit.events.between(0, count)) {
    if (event.type === 'signal' && moves(event, next.anchor)) next.anchor = event
  }
  next.events = circuit.events.slice(count)
  next.trips = tripsIn(next.events)
  return next
}

/** The circuit after the log was cleared: as it is, without how it came to be so. */
export function clearCircuit(circuit: Circuit): Circuit {
  const { events, counts, metrics } = circuit
  return {
    ...forget(circuit, events.length),
    counts: counts.slice(counts.length - 1),
    metrics: metrics.slice(metrics.length - 1),
    clearedTotal: counts.at(-1)?.total ?? circuit.clearedTotal,
    clearedAt: metrics.at(-1)?.timestamp ?? circuit.clearedAt,
  }
}

type Mutable<T> = { -readonly [K in keyof T]: T[K] }

/** What follows from all that is known, whatever came last. */
function withPresent(circuit: Mutable<Circuit>): Circuit {
  const { added, move, counts, metrics } = circuit
  const verdict = circuit.shadow?.signal
  circuit.name = added?.config.name ?? (move?.signal ?? verdict)?.circuitName ?? circuit.name
  circuit.controls = added?.controls ?? false
  circuit.state =
    move?.signal.newState ?? added?.snapshot.state ?? verdict?.newState ?? circuit.state
  circuit.since = move?.signal.timestamp ?? added?.snapshot.since ?? verdict?.timestamp ?? 0
  circuit.rejections = counts.at(-1)?.total ?? 0
  const live = metrics.at(-1)?.snapshot
  const source =
    live?.state === circuit.state && live.since === circuit.since
      ? live // knows when the time of the next probe was moved without a signal
      : (move?.signal ?? added?.snapshot)
  if (source?.retryAt !== undefined && circuit.state === 'open') circuit.retryAt = source.retryAt
  else delete circuit.retryAt
  return circuit
}

/** Keeps the signal if it is the last of its kind. */
function keepLatest(event: SignalSent, circuit: Mutable<Circuit>): void {
  if (moves(event, circuit.move)) circuit.move = event
  else if (isShadow(event) && isLater(event, circuit.shadow)) circuit.shadow = event
}

/** Is this a move, and a later one than what is known? A shadow verdict moves nothing. */
function moves(event: SignalSent, known: SignalSent | undefined): boolean {
  return !isShadow(event) && isLater(event, known)
}

const isShadow = ({ signal }: SignalSent) => signal.cause === 'shadow'
const isLater = ({ index }: SignalSent, known: SignalSent | undefined) =>
  known === undefined || known.index < index

/** A signal, or the end of a circuit, knows the count of its moment. */
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

export function hasEvent(events: Sequence<LoggedEvent>, event: LoggedEvent): boolean {
  return events.at(events.search((other) => other.index >= event.index))?.index === event.index
}

function newest<T>(moments: Sequence<T>): Sequence<T> {
  return moments.slice(moments.length - MAX_MOMENTS)
}

const byIndex = (a: LoggedEvent, b: LoggedEvent) => a.index - b.index
const byTime = (a: MetricsTaken, b: MetricsTaken) => a.timestamp - b.timestamp
const byTotal = (a: RejectionCount, b: RejectionCount) =>
  a.total - b.total || a.timestamp - b.timestamp
