import type { FleetStatus, SharedCircuit } from '@fluxgate/core'
import type { Answer, StateUpdate } from '../store/message.ts'
import { applyUpdate, openForMs, scheduleOf } from './apply-update.ts'
import { awaitsProbes } from './awaits-probes.ts'
import { Lease } from './lease.ts'
import type { MemberContext } from './member-context.ts'

/** A smaller change of `retryAt` is ignored, because it would notify subscribers, in ms. */
const MIN_RETRY_CHANGE_MS = 20

const COUNTS = ['reporters', 'instances', 'failing', 'total', 'failures'] as const
type Counts = Pick<Answer, (typeof COUNTS)[number]>
const NO_COUNTS: Counts = { reporters: 0, instances: 0, failing: 0, total: 0, failures: 0 }

/** A message of the store, compared with the last known one. */
export type Relation = 'older' | 'same' | 'newer' | 'other incarnation'

/** Holds the last known state of the shared circuit, and applies it to the circuit of this instance. */
export class CircuitSync {
  readonly lease: Lease
  /** The last message of the store. An update has the counts of the last answer. */
  known: Answer | undefined
  /** Monotonic ms of {@link known}. */
  knownAt = Number.NEGATIVE_INFINITY
  /** The store answered about other circuits, but not about this one. */
  isUnanswered = false
  /** True while an update moves the circuit. */
  isApplying = false
  /** Monotonic ms until which the circuit is open, as far as the member knows. */
  openUntil = Number.NEGATIVE_INFINITY
  readonly #circuit: SharedCircuit
  readonly #context: MemberContext
  #status: FleetStatus | undefined

  constructor(circuit: SharedCircuit, context: MemberContext) {
    this.#circuit = circuit
    this.#context = context
    this.lease = new Lease(context.settings.leaseMs, circuit.options.timeoutMs)
  }

  /** Whether the circuit follows the shared state. Otherwise it is alone. */
  get isConnected(): boolean {
    return this.known !== undefined && this.#context.reachable && !this.isUnanswered
  }

  /** Whether this instance needs the lease to probe, and does not hold it. */
  get needsLease(): boolean {
    const isOpen = this.known?.state === 'open' && awaitsProbes(this.#circuit.current)
    return isOpen && this.isConnected && !this.lease.isHeld(this.#context.now())
  }

  /** Whether another instance holds the lease, as far as this one knows. */
  get isLeasedByOther(): boolean {
    const { holder = '', leaseMs = 0 } = this.known ?? {}
    const isOther = holder !== '' && holder !== this.#context.instance
    return isOther && this.#context.now() < this.knownAt + leaseMs
  }

  /** Monotonic ms from which on the holder of the lease probes. */
  get dueAt(): number {
    return this.known === undefined ? 0 : this.knownAt + openForMs(this.known, true)
  }

  get status(): FleetStatus {
    const { state = 'closed', reporters = 0, instances = 0 } = this.known ?? {}
    const holdsLease = this.lease.isHeld(this.#context.now())
    const prober = holdsLease ? 'this' : this.isLeasedByOther ? 'other' : 'none'
    const reachable = this.isConnected
    const next: FleetStatus = { reachable, state, reporters, instances, prober }
    const last = this.#status
    const keys = Object.keys(next) as (keyof FleetStatus)[]
    if (last !== undefined && keys.every((key) => next[key] === last[key])) return last
    this.#status = Object.freeze(next)
    return next
  }

  /**
   * Replaces the known state, unless the message is older. Does not move the circuit.
   *
   * @param sentAt when the report was sent that the message answers; undefined for an update
   */
  receive(message: StateUpdate | Answer, sentAt: number | undefined): Relation {
    const { known } = this
    if (sentAt !== undefined) this.isUnanswered = false
    const relation = relationOf(message, known)
    if (relation === 'older') return relation
    const now = this.#context.now()
    const isHolder = message.holder === this.#context.instance
    // an own lease counts from its request, and an update does not contain that time
    if (sentAt !== undefined || !isHolder) this.lease.update(message, isHolder, sentAt ?? now, now)
    this.known = { ...NO_COUNTS, ...(known && countsOf(known)), ...message }
    this.knownAt = now
    return relation
  }

  /** Moves the circuit to the known state. */
  apply(): void {
    const { known } = this
    if (known === undefined) return
    const wasOpen = this.#circuit.current.kind === 'open'
    const isOwnOpening = wasOpen && known.state === 'open' && known.by === this.#context.instance
    if (known.state === 'open') this.openUntil = this.#context.now() + this.#openForMs
    if (!isOwnOpening) this.#move(() => applyUpdate(this.#circuit, known, this.#isProber))
  }

  /** Adapts `retryAt` to a change of the lease: it is the time when this instance may probe. */
  reschedule(): void {
    const { known } = this
    const { kind, cause, healthy, reason = '' } = this.#circuit.current
    if (known?.state !== 'open' || cause === 'manual') return
    const until = this.#context.now() + this.#openForMs
    const isOtherProber = known.holder !== '' && !this.#isProber
    // without a holder, a circuit that is due stays due
    const hasMoved =
      Math.abs(until - this.openUntil) > MIN_RETRY_CHANGE_MS && (known.forMs !== 0 || isOtherProber)
    const isReplaced = kind === 'half_open' && healthy !== true && isOtherProber
    if (!isReplaced && !(kind === 'open' && hasMoved)) return
    this.openUntil = until
    const nextReason = isReplaced ? 'another instance probes' : reason
    this.#move(() => this.#circuit.move('open', nextReason, scheduleOf(known, this.#isProber)))
  }

  get #isProber(): boolean {
    return this.known?.holder === this.#context.instance
  }

  get #openForMs(): number {
    return this.known === undefined ? 0 : openForMs(this.known, this.#isProber)
  }

  #move(move: () => void): void {
    this.isApplying = true
    try {
      move()
    } finally {
      this.isApplying = false
    }
  }
}

function relationOf(message: StateUpdate, known: StateUpdate | undefined): Relation {
  if (known === undefined || message.incarnation !== known.incarnation) return 'other incarnation'
  if (message.version !== known.version) return message.version > known.version ? 'newer' : 'older'
  return message.fence < known.fence ? 'older' : 'same'
}

function countsOf({ reporters, instances, failing, total, failures }: Answer): Counts {
  return { reporters, instances, failing, total, failures }
}
