import type { FleetStatus, SharedCircuit } from '@fluxgate/core'
import type { Answer, News } from '../store/message.ts'
import { awaitsProbes } from './awaits-probes.ts'
import { follow, scheduleOf, waitMs } from './follow.ts'
import { Lease } from './lease.ts'
import type { FleetLink } from './link.ts'

/** A change of `retryAt` that is smaller is not worth a notification, in ms. */
const SAME_TIME_MS = 20

const COUNTS = ['reporters', 'instances', 'failing', 'total', 'failures'] as const
type Counts = Pick<Answer, (typeof COUNTS)[number]>
const NO_COUNTS: Counts = { reporters: 0, instances: 0, failing: 0, total: 0, failures: 0 }

/** How a message relates to what was known. */
export type Relation = 'old' | 'same' | 'newer' | 'another life'

/** What one instance knows of the shared circuit, and how its own circuit follows it. */
export class Course {
  readonly lease: Lease
  /** The last message of the store; news have the counts of the last answer. */
  known: Answer | undefined
  /** Monotonic ms of {@link known}. */
  knownAt = Number.NEGATIVE_INFINITY
  /** The store did not answer about this circuit, although it did about others. */
  isAlone = false
  /** The fleet moves the circuit now. */
  isMoving = false
  /** Monotonic ms until which the circuit is open, as far as the member knows. */
  openUntil = Number.NEGATIVE_INFINITY
  readonly #circuit: SharedCircuit
  readonly #link: FleetLink
  #status: FleetStatus | undefined

  constructor(circuit: SharedCircuit, link: FleetLink) {
    this.#circuit = circuit
    this.#link = link
    this.lease = new Lease(link.settings.leaseMs, circuit.options.timeoutMs)
  }

  /** Whether what the fleet decided counts. Otherwise the circuit is alone. */
  get isConnected(): boolean {
    return this.known !== undefined && this.#link.reachable && !this.isAlone
  }

  /** Whether this instance may probe only with the lease. */
  get isHeld(): boolean {
    const isOpen = this.known?.state === 'open' && awaitsProbes(this.#circuit.current)
    return isOpen && this.isConnected && !this.lease.isHeld(this.#link.now())
  }

  /** Whether another instance holds the lease, as far as this one knows. */
  get isTaken(): boolean {
    const { holder = '', leaseMs = 0 } = this.known ?? {}
    const isOther = holder !== '' && holder !== this.#link.instance
    return isOther && this.#link.now() < this.knownAt + leaseMs
  }

  /** Monotonic ms from which on the holder of the lease probes. */
  get dueAt(): number {
    return this.known === undefined ? 0 : this.knownAt + waitMs(this.known, true)
  }

  get status(): FleetStatus {
    const { state = 'closed', reporters = 0, instances = 0 } = this.known ?? {}
    const isMine = this.lease.isHeld(this.#link.now())
    const prober = isMine ? 'this' : this.isTaken ? 'other' : 'none'
    const reachable = this.isConnected
    const next: FleetStatus = { reachable, state, reporters, instances, prober }
    const last = this.#status
    const keys = Object.keys(next) as (keyof FleetStatus)[]
    if (last !== undefined && keys.every((key) => next[key] === last[key])) return last
    this.#status = Object.freeze(next)
    return next
  }

  /**
   * Takes a message. The circuit does not move yet.
   *
   * @param sentAt when the report was sent that the message answers; undefined for news
   */
  take(message: News | Answer, sentAt: number | undefined): Relation {
    const { known } = this
    if (sentAt !== undefined) this.isAlone = false
    const relation = relationOf(message, known)
    if (relation === 'old') return relation
    const now = this.#link.now()
    const isMine = message.holder === this.#link.instance
    // the time of an own lease counts from the request, which news do not know
    if (sentAt !== undefined || !isMine) this.lease.take(message, isMine, sentAt ?? now, now)
    this.known = { ...NO_COUNTS, ...(known && countsOf(known)), ...message }
    this.knownAt = now
    return relation
  }

  /** Moves the circuit to the state of the fleet. */
  follow(): void {
    const { known } = this
    if (known === undefined) return
    const wasOpen = this.#circuit.current.kind === 'open'
    const isOwn = wasOpen && known.state === 'open' && known.by === this.#link.instance
    if (known.state === 'open') this.openUntil = this.#link.now() + this.#waitMs
    if (!isOwn) this.#move(() => follow(this.#circuit, known, this.#isProber))
  }

  /** Follows a change of the lease: `retryAt` is when this instance may probe. */
  reschedule(): void {
    const { known } = this
    const { kind, cause, healthy, reason = '' } = this.#circuit.current
    if (known?.state !== 'open' || cause === 'manual') return
    const until = this.#link.now() + this.#waitMs
    const isOtherProber = known.holder !== '' && !this.#isProber
    // without a holder, a circuit that is due stays due
    const isMoved =
      Math.abs(until - this.openUntil) > SAME_TIME_MS && (known.forMs !== 0 || isOtherProber)
    const isOver = kind === 'half_open' && healthy !== true && isOtherProber
    if (!isOver && !(kind === 'open' && isMoved)) return
    this.openUntil = until
    const why = isOver ? 'another instance probes' : reason
    this.#move(() => this.#circuit.move('open', why, scheduleOf(known, this.#isProber)))
  }

  get #isProber(): boolean {
    return this.known?.holder === this.#link.instance
  }

  get #waitMs(): number {
    return this.known === undefined ? 0 : waitMs(this.known, this.#isProber)
  }

  #move(move: () => void): void {
    this.isMoving = true
    try {
      move()
    } finally {
      this.isMoving = false
    }
  }
}

function relationOf(message: News, known: News | undefined): Relation {
  if (known === undefined || message.life !== known.life) return 'another life'
  if (message.version !== known.version) return message.version > known.version ? 'newer' : 'old'
  return message.fence < known.fence ? 'old' : 'same'
}

function countsOf({ reporters, instances, failing, total, failures }: Answer): Counts {
  return { reporters, instances, failing, total, failures }
}
