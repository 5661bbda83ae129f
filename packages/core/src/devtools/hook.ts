import { quote } from '../internal/validation.ts'
import type { CircuitHandle } from '../model/circuit-handle.ts'
import { systemClock } from '../model/clock.ts'
import { plain } from './plain.ts'
import {
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
/** Circuits that left and whose history is kept: a page may make them without end. */
const MAX_REMOVED = 100
/** What a look at the rejections adds to the cursor. It is no logged event, and nobody loses it. */
const TICK = 2 ** -24

const actions: readonly WireAction[] = ['reset', 'forceOpen', 'disable', 'metricsOnly', 'trip']

/** What is known of a circuit, without holding it. */
interface Member {
  readonly id: string
  readonly ref: WeakRef<CircuitHandle>
  readonly capacity: number
  readonly controls: boolean
  /** The `seq` of its first event, and of the later ones that are kept. */
  readonly kept: number[]
  /** Events logged so far. */
  logged: number
  /** Calls it had rejected when somebody last looked; where the cursor was then, and Unix ms. */
  rejections: number
  countedAt: number
  timestamp: number
}

type EventBody<E> = E extends unknown ? Omit<E, 'seq' | 'circuit' | 'index'> : never

/** The page's side of the devtools: keeps what happened, and answers who asks. */
export class Hook implements DevtoolsHook {
  readonly version = 1
  readonly epoch = crypto.getRandomValues(new Uint32Array(2)).join('-')
  // `seq` of the last logged event, and in its fraction the looks at rejections since then
  #cursor = 0
  // by `seq`
  readonly #log = new Map<number, LoggedEvent>()
  readonly #members = new Map<string, Member>()
  // what is kept of each circuit that left, oldest first
  readonly #removed: number[][] = []
  #lastId = 0
  // whom a command is moving
  #commanded: Member | undefined
  readonly #collected = new FinalizationRegistry<Member>((member) =>
    this.#remove(member, 'collected', member.rejections),
  )

  /** Called by each listener that joins a circuit; gives what it does when it leaves. */
  attach(breaker: CircuitHandle, capacity: number, controls: boolean): () => void {
    const id = String(++this.#lastId)
    const ref = new WeakRef(breaker)
    const zero = { logged: 0, rejections: 0, countedAt: 0, timestamp: 0 }
    const member: Member = { id, ref, capacity, controls, kept: [], ...zero }
    const config = breaker.toJSON()
    this.#append(member, { type: 'circuit-added', controls, config, snapshot: breaker.snapshot() })
    this.#members.set(id, member)
    this.#collected.register(breaker, member)
    const leave = breaker.subscribe((signal) =>
      this.#append(member, {
        type: 'signal',
        signal,
        rejections: breaker.rejections,
        ...(this.#commanded === member && { by: 'devtools' }),
      }),
    )
    return () => {
      leave()
      this.#remove(member, 'detached', breaker.rejections)
    }
  }

  read(cursor: number, watch?: { readonly metrics?: readonly string[] }): WireAnswer {
    const from = cursor >= 0 && cursor <= this.#cursor ? cursor : 0
    this.#countRejections()
    const events: WireEvent[] = []
    const last = Math.floor(this.#cursor)
    let next = Math.floor(from)
    while (next < last && events.length < maxEventsPerRead) {
      const event = this.#log.get(++next)
      if (event) add(events, event)
    }
    const dropped = next - Math.floor(from) - events.length
    const ids = next < last ? undefined : watch?.metrics
    if (next === last) next = this.#cursor
    for (const { id: circuit, rejections: total, countedAt, timestamp } of this.#members.values()) {
      if (countedAt <= from || countedAt > next) continue
      events.push({ type: 'rejected', circuit, total, timestamp })
    }
    for (const circuit of ids?.slice(0, MAX_WATCHED) ?? []) {
      const breaker = this.#members.get(circuit)?.ref.deref()
      if (!breaker) continue
      const report = breaker.explain()
      const snapshot = breaker.snapshot()
      add(events, { type: 'metrics', circuit, timestamp: now(), snapshot, report })
    }
    return { next, dropped, events }
  }

  command({ circuit, action }: WireCommand): WireCommandResult {
    const member = this.#members.get(circuit)
    const breaker = member?.ref.deref()
    if (!member || !breaker) return refusal(`there is no circuit ${quote(circuit)}`)
    if (!member.controls) return refusal('this page has devtoolsListener({ controls: false })')
    if (!actions.includes(action)) return refusal(`there is no action ${quote(action)}`)
    this.#append(member, { type: 'command', action, timestamp: now() })
    this.#commanded = member
    try {
      breaker[action]()
    } finally {
      this.#commanded = undefined
    }
    return { ok: true }
  }

  #append(member: Member, event: EventBody<LoggedEvent>): void {
    const { id, capacity, kept } = member
    const seq = Math.floor(this.#cursor) + 1
    this.#cursor = seq
    this.#log.set(seq, { seq, circuit: id, index: member.logged++, ...event })
    kept.push(seq)
    // the first one says what the circuit is, and stays
    if (kept.length > capacity + 1) this.#drop(kept.splice(1, 1))
  }

  #drop(seqs: readonly number[]): void {
    for (const seq of seqs) this.#log.delete(seq)
  }

  /** Notices how many calls each circuit has rejected. */
  #countRejections(): void {
    // one tick for all of them, or a thousand would soon tick up to the next `seq`
    const ticked = this.#cursor + TICK
    for (const member of this.#members.values()) {
      const rejections = member.ref.deref()?.rejections
      if (!rejections || rejections === member.rejections) continue
      Object.assign(member, { rejections, timestamp: now(), countedAt: ticked })
      this.#cursor = ticked
    }
  }

  #remove(member: Member, why: CircuitRemoved['why'], rejections: number): void {
    if (!this.#members.delete(member.id)) return
    this.#append(member, { type: 'circuit-removed', why, rejections, timestamp: now() })
    if (this.#removed.push(member.kept) > MAX_REMOVED) this.#drop(this.#removed.shift() ?? [])
  }
}

const now = () => systemClock.timestamp()

const refusal = (error: string): WireCommandResult => ({ ok: false, error })

/** A tree that throws when it is read is left out; who counts will miss it. */
function add(events: WireEvent[], event: WireEvent): void {
  try {
    events.push(plain(event))
  } catch {}
}
