import { startUnrefTimer } from '../internal/unref-timer.ts'
import { quote } from '../internal/validation.ts'
import type { CircuitHandle } from '../model/circuit-handle.ts'
import { systemClock } from '../model/clock.ts'
import type { ObservedCircuit } from './observed-circuit.ts'
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
/** How long the calls of a circuit are timed after a read of its metrics. */
const TIMED_MS = 10_000
/** Removed circuits whose history is kept. A limit, because a page can make any number of circuits. */
const MAX_REMOVED = 100
/** A smaller difference between the clock of a circuit and that of the page is ignored. */
const MIN_CLOCK_LAG_MS = 1_000
/** Added to the cursor when rejections are counted. A fraction, because a count is not a logged event. */
const COUNT_STEP = 2 ** -24

const actions: Readonly<Record<WireAction, true>> = {
  reset: true,
  forceOpen: true,
  disable: true,
  metricsOnly: true,
  trip: true,
}

/** An attached circuit, referenced weakly. */
interface AttachedCircuit {
  readonly id: string
  readonly ref: WeakRef<ObservedCircuit>
  readonly capacity: number
  readonly controls: boolean
  /** The `seq` of its first event and of the latest ones. */
  readonly kept: number[]
  /** Events logged so far. */
  logged: number
  /** Rejected calls at the last count, the cursor of that count, and its Unix ms. */
  rejections: number
  countedAt: number
  timestamp: number
  /** Ends the timing of its calls. Referenced weakly, because it refers to the circuit. */
  stopTiming?: WeakRef<() => void> | undefined
  /** Keeps the timing for now, before it is renewed. */
  cancelEnd?: () => void
}

type EventBody<E> = E extends unknown ? Omit<E, 'seq' | 'circuit' | 'index'> : never

/** The part of the devtools in the page: records events and answers reads and commands. */
export class Hook implements DevtoolsHook {
  readonly version = 1
  readonly epoch = crypto.getRandomValues(new Uint32Array(2)).join('-')
  // `seq` of the last logged event, plus COUNT_STEP for each count of rejections since then
  #cursor = 0
  // events by `seq`
  readonly #log = new Map<number, LoggedEvent>()
  readonly #attached = new Map<string, AttachedCircuit>()
  // the `kept` of each removed circuit, oldest first
  readonly #removed: number[][] = []
  #lastId = 0
  // the circuit whose command is running
  #commanded: AttachedCircuit | undefined
  readonly #collected = new FinalizationRegistry<AttachedCircuit>((attached) =>
    this.#remove(attached, 'collected', attached.rejections),
  )

  /** Called for each listener that is attached to a circuit. Returns its cleanup. */
  attach(breaker: ObservedCircuit, capacity: number, controls: boolean): () => void {
    const id = String(++this.#lastId)
    const ref = new WeakRef(breaker)
    const zero = { logged: 0, rejections: 0, countedAt: 0, timestamp: 0 }
    const attached: AttachedCircuit = { id, ref, capacity, controls, kept: [], ...zero }
    const config = breaker.toJSON()
    this.#append(attached, {
      type: 'circuit-added',
      controls,
      config,
      snapshot: breaker.snapshot(),
    })
    this.#attached.set(id, attached)
    this.#collected.register(breaker, attached)
    const unsubscribe = breaker.subscribe((signal) =>
      this.#append(attached, {
        type: 'signal',
        signal,
        rejections: breaker.rejections,
        ...(this.#commanded === attached && { by: 'devtools' }),
      }),
    )
    return () => {
      unsubscribe()
      this.#remove(attached, 'detached', breaker.rejections)
    }
  }

  read(cursor: number, watch?: { readonly metrics?: readonly string[] }): WireAnswer {
    const from = cursor >= 0 && cursor <= this.#cursor ? cursor : 0
    this.#countRejections()
    const readAt = now()
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
    for (const {
      id: circuit,
      rejections: total,
      countedAt,
      timestamp,
    } of this.#attached.values()) {
      if (countedAt <= from || countedAt > next) continue
      events.push({ type: 'rejected', circuit, total, timestamp })
    }
    for (const circuit of ids?.slice(0, MAX_WATCHED) ?? []) {
      const attached = this.#attached.get(circuit)
      const breaker = attached?.ref.deref()
      if (!attached || !breaker) continue
      timeForNow(attached, breaker)
      const report = breaker.explain()
      const snapshot = breaker.snapshot()
      add(events, { type: 'metrics', circuit, timestamp: now(), snapshot, report })
    }
    const clocks = this.#clocks(readAt)
    return { next, now: readAt, ...(clocks && { clocks }), dropped, events }
  }

  command({ circuit, action }: WireCommand): WireCommandResult {
    const attached = this.#attached.get(circuit)
    const breaker = attached?.ref.deref()
    if (!attached || !breaker) return refusal(`there is no circuit ${quote(circuit)}`)
    if (!attached.controls || !isControlled(breaker))
      return refusal('this page has devtoolsListener({ controls: false })')
    if (!Object.hasOwn(actions, action)) return refusal(`there is no action ${quote(action)}`)
    this.#append(attached, { type: 'command', action, timestamp: now() })
    this.#commanded = attached
    try {
      breaker[action]()
    } finally {
      this.#commanded = undefined
    }
    return { ok: true }
  }

  #append(attached: AttachedCircuit, event: EventBody<LoggedEvent>): void {
    const { id, capacity, kept } = attached
    const seq = Math.floor(this.#cursor) + 1
    this.#cursor = seq
    this.#log.set(seq, { seq, circuit: id, index: attached.logged++, ...event })
    kept.push(seq)
    // the first event describes the circuit and is kept
    if (kept.length > capacity + 1) this.#drop(kept.splice(1, 1))
  }

  #drop(seqs: readonly number[]): void {
    for (const seq of seqs) this.#log.delete(seq)
  }

  /** Updates the number of rejected calls of each circuit. */
  #countRejections(): void {
    // one step for all circuits, so that the sum of the steps stays below 1
    const countedAt = this.#cursor + COUNT_STEP
    for (const attached of this.#attached.values()) {
      const rejections = attached.ref.deref()?.rejections
      if (!rejections || rejections === attached.rejections) continue
      Object.assign(attached, { rejections, timestamp: now(), countedAt })
      this.#cursor = countedAt
    }
  }

  /** The lags of the circuits that have a clock of their own. */
  #clocks(readAt: number): Readonly<Record<string, number>> | undefined {
    const lags: [string, number][] = []
    for (const { id, ref } of this.#attached.values()) {
      const clock = ref.deref()?.clock
      // the page's own clock needs no comparison
      if (clock === undefined || clock === systemClock) continue
      const lagMs = readAt - clock.timestamp()
      if (Math.abs(lagMs) >= MIN_CLOCK_LAG_MS) lags.push([id, lagMs])
    }
    return lags.length > 0 ? Object.fromEntries(lags) : undefined
  }

  #remove(attached: AttachedCircuit, why: CircuitRemoved['why'], rejections: number): void {
    if (!this.#attached.delete(attached.id)) return
    this.#append(attached, { type: 'circuit-removed', why, rejections, timestamp: now() })
    if (this.#removed.push(attached.kept) > MAX_REMOVED) this.#drop(this.#removed.shift() ?? [])
  }
}

function isControlled(circuit: ObservedCircuit): circuit is CircuitHandle {
  return 'trip' in circuit
}

/** Times the calls of a circuit while its metrics are looked at, which a reader does several times a second. */
function timeForNow(attached: AttachedCircuit, breaker: ObservedCircuit): void {
  attached.cancelEnd?.()
  attached.stopTiming ??= new WeakRef(breaker.watch())
  attached.cancelEnd = startUnrefTimer(() => {
    attached.stopTiming?.deref()?.()
    attached.stopTiming = undefined
  }, TIMED_MS)
}

const now = () => systemClock.timestamp()

const refusal = (error: string): WireCommandResult => ({ ok: false, error })

/** Omits an event whose rule tree throws when it is read. It counts as dropped. */
function add(events: WireEvent[], event: WireEvent): void {
  try {
    events.push(plain(event))
  } catch {}
}
