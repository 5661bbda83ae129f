import type { CircuitBreaker } from '../circuit-breaker.ts'
import { systemClock } from '../clock.ts'
import type { Signal } from '../signal.ts'
import { quote } from '../validation.ts'
import { plainPolicy, plainReport, plainSignal, plainSnapshot, plainText } from './plain.ts'
import {
  type CircuitAdded,
  type CircuitRemoved,
  type DevtoolsHook,
  type LoggedEvent,
  maxEventsPerRead,
  type WireAction,
  type WireAnswer,
  type WireCommand,
  type WireCommandResult,
  type WireEvent,
} from './wire.ts'

const MAX_WATCHED = 100
/** Circuits that left and whose history is kept; a page that makes them without end fills no memory. */
const MAX_GONE = 100
/** What a change of a rejection count adds to the cursor. It is no logged event and lost by no one. */
const TICK = 2 ** -24

const actions: readonly WireAction[] = ['reset', 'forceOpen', 'disable', 'metricsOnly', 'trip']

/** What is known of a circuit, without holding it. */
interface Member {
  readonly id: string
  readonly breaker: WeakRef<CircuitBreaker>
  capacity: number
  controls: boolean
  /** By how many listeners it is here. */
  listeners: number
  gone: boolean
  /** Events logged so far. */
  logged: number
  /** The `seq` of its first event, and of the later ones that are kept. */
  readonly kept: number[]
  /** A command is moving it. */
  commanded: boolean
  rejections: number
  /** The cursor, and Unix ms, when `rejections` was noticed. */
  countedAt: number
  countedTimestamp: number
}

type Place = 'seq' | 'circuit' | 'index'
type Unplaced<E> = E extends unknown ? Omit<E, Place> : never
type UnplacedEvent = Unplaced<LoggedEvent>

/** The page's side of the devtools: keeps what happened, and answers who asks. */
export class Hook implements DevtoolsHook {
  readonly version = 1
  readonly epoch = crypto.getRandomValues(new Uint32Array(2)).join('-')
  // `seq` of the last logged event, and in its fraction the counts of rejections since then
  #cursor = 0
  // by `seq`; made into what is sent when somebody reads
  readonly #log = new Map<number, () => LoggedEvent>()
  readonly #members = new Map<string, Member>()
  #lastId = 0
  // only these know their circuit, and only as long as it lives
  readonly #attached = new WeakMap<CircuitBreaker, { member: Member; leave: () => void }>()
  readonly #gone: Member[] = []
  readonly #collected = new FinalizationRegistry<Member>((member) =>
    this.#remove(member, 'collected'),
  )

  /** Called by each listener that joins a circuit; gives what it does when it leaves. */
  attach(breaker: CircuitBreaker, capacity: number, controls: boolean): () => void {
    let here = this.#attached.get(breaker)
    if (here === undefined) {
      const member = this.#add(breaker, capacity, controls)
      const leave = breaker.subscribe((signal) => this.#logSignal(member, signal))
      here = { member, leave }
      this.#attached.set(breaker, here)
    }
    const { member, leave } = here
    member.capacity = Math.max(member.capacity, capacity)
    member.controls &&= controls
    member.listeners++
    return () => {
      if (--member.listeners > 0) return
      leave()
      this.#attached.delete(breaker)
      this.#count(member, this.#cursor + TICK)
      this.#remove(member, 'detached')
    }
  }

  read(cursor: number, watch?: { readonly metrics?: readonly string[] }): WireAnswer {
    const from = cursor >= 0 && cursor <= this.#cursor ? cursor : 0
    const ticked = this.#cursor + TICK
    for (const member of this.#members.values()) {
      if (!member.gone && this.#count(member, ticked)) this.#cursor = ticked
    }

    const events: WireEvent[] = []
    const last = Math.floor(this.#cursor)
    let next = Math.floor(from)
    while (next < last && events.length < maxEventsPerRead) {
      const event = this.#log.get(++next)
      if (event !== undefined) events.push(event())
    }
    const dropped = next - Math.floor(from) - events.length
    const complete = next === last
    if (complete) next = this.#cursor

    for (const { id, rejections, countedAt, countedTimestamp } of this.#members.values()) {
      if (countedAt <= from || countedAt > next) continue
      events.push({ type: 'rejected', circuit: id, total: rejections, timestamp: countedTimestamp })
    }
    if (complete) this.#takeMetrics(watch?.metrics, events)
    return { next, dropped, events }
  }

  command(command: WireCommand): WireCommandResult {
    try {
      const { circuit, action } = command
      const member = this.#members.get(circuit)
      const breaker = member?.gone === false ? member.breaker.deref() : undefined
      if (member === undefined || breaker === undefined) {
        throw new Error(`there is no circuit ${quote(circuit)} any more`)
      }
      if (!member.controls) throw new Error('this page has devtoolsListener({ controls: false })')
      if (!actions.includes(action)) {
        throw new Error(`action must be one of ${actions.join(', ')}, got ${quote(action)}`)
      }
      const timestamp = systemClock.timestamp()
      this.#append(member, () => ({ type: 'command', action, timestamp }))
      member.commanded = true
      try {
        breaker[action]()
      } finally {
        member.commanded = false
      }
      return { ok: true }
    } catch (error) {
      return { ok: false, error: plainText(error instanceof Error ? error.message : String(error)) }
    }
  }

  #add(breaker: CircuitBreaker, capacity: number, controls: boolean): Member {
    const { window, tracker, tripper, retry, permit, ...rest } = breaker.toJSON()
    const config = {
      ...rest,
      name: plainText(rest.name),
      window: plainPolicy(window),
      tracker: plainPolicy(tracker),
      tripper: plainPolicy(tripper),
      retry: plainPolicy(retry),
      permit: plainPolicy(permit),
    }
    const snapshot = plainSnapshot(breaker.snapshot())
    const member: Member = {
      id: String(++this.#lastId),
      breaker: new WeakRef(breaker),
      capacity,
      controls,
      listeners: 0,
      gone: false,
      logged: 0,
      kept: [],
      commanded: false,
      rejections: 0,
      countedAt: 0,
      countedTimestamp: 0,
    }
    this.#members.set(member.id, member)
    this.#collected.register(breaker, member)
    this.#append(member, firstEvent(member, config, snapshot))
    return member
  }

  // Apart from `attach`: what is made in there holds the circuit, and the log must not.
  #logSignal(member: Member, signal: Signal): void {
    const rejections = member.breaker.deref()?.rejections ?? member.rejections
    const by = member.commanded
    this.#append(member, () => ({
      type: 'signal',
      signal: plainSignal(signal),
      rejections,
      ...(by && { by: 'devtools' }),
    }))
  }

  #append(member: Member, event: () => UnplacedEvent): void {
    const seq = Math.floor(this.#cursor) + 1
    const place = { seq, circuit: member.id, index: member.logged++ }
    this.#cursor = seq
    this.#log.set(seq, () => ({ ...place, ...event() }))
    member.kept.push(seq)
    // the first event says what the circuit is, and stays
    if (member.kept.length > member.capacity + 1) this.#log.delete(member.kept.splice(1, 1)[0] ?? 0)
  }

  /** Looks how many calls it has rejected; true when that is news. */
  #count(member: Member, cursor: number): boolean {
    const rejections = member.breaker.deref()?.rejections
    if (rejections === undefined || rejections === member.rejections) return false
    member.rejections = rejections
    member.countedAt = cursor
    member.countedTimestamp = systemClock.timestamp()
    return true
  }

  #takeMetrics(ids: readonly string[] = [], events: WireEvent[]): void {
    for (const id of ids.slice(0, MAX_WATCHED)) {
      const member = this.#members.get(id)
      const breaker = member?.gone === false ? member.breaker.deref() : undefined
      const report = breaker && plainReport(breaker.explain())
      if (breaker === undefined || report === undefined) continue
      const snapshot = plainSnapshot(breaker.snapshot())
      events.push({
        type: 'metrics',
        circuit: id,
        timestamp: systemClock.timestamp(),
        snapshot,
        report,
      })
    }
  }

  #remove(member: Member, why: CircuitRemoved['why']): void {
    if (member.gone) return
    member.gone = true
    const timestamp = systemClock.timestamp()
    this.#append(member, () => ({ type: 'circuit-removed', why, timestamp }))
    this.#gone.push(member)
    const oldest = this.#gone.length > MAX_GONE ? this.#gone.shift() : undefined
    for (const seq of oldest?.kept ?? []) this.#log.delete(seq)
    if (oldest !== undefined) this.#members.delete(oldest.id)
  }
}

function firstEvent(
  member: Member,
  config: CircuitAdded['config'],
  snapshot: CircuitAdded['snapshot'],
): () => UnplacedEvent {
  return () => ({ type: 'circuit-added', controls: member.controls, config, snapshot })
}
