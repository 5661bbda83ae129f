import type { StateUpdate } from '../store/message.ts'
import { PENDING_FENCE } from './event-queue.ts'

const LONG_AGO = Number.NEGATIVE_INFINITY
/** A request without an answer is repeated after this time, in ms. */
const REQUEST_INTERVAL_MS = 250
/** How long an instance may probe before its request is answered, in ms. */
const ASSUMED_MS = 1_000
/** Calls are rare when the last rejected one is at least this long ago, in ms. */
const RARE_CALLS_MS = 1_000
/** A lease without a recorded probe is extended up to this number of durations. */
const MAX_DURATIONS = 4

/** The right of one instance to probe for all, in the time of this process. */
export class Lease {
  readonly durationMs: number
  /** The fencing token: the number of the last lease that this instance held. */
  fence = 0
  #isRequested = false
  #until = LONG_AGO
  #nextRequestAt = LONG_AGO
  #progressAt = LONG_AGO
  #lastRejectionAt = LONG_AGO
  #isAssumed = false

  /** @param timeoutMs the time limit of a probe, which must fit into a lease */
  constructor(leaseMs: number, timeoutMs = 0) {
    this.durationMs = Math.ceil(Math.max(leaseMs, timeoutMs + 1_000))
  }

  isHeld(now: number): boolean {
    return now < this.#until
  }

  /** The number of the lease at `now`; 0 when none is held, `PENDING_FENCE` while one is assumed. */
  fenceAt(now: number): number {
    if (!this.isHeld(now)) return 0
    return this.#isAssumed ? PENDING_FENCE : this.fence
  }

  /**
   * Whether a call may probe before its request for the lease is answered. If calls come less often
   * than a lease lasts, the lease that one call requests has ended before the next call.
   */
  areCallsRare(now: number): boolean {
    return now - this.#lastRejectionAt >= RARE_CALLS_MS
  }

  /** Called when a call was rejected because another instance may probe. */
  recordRejection(now: number): void {
    this.#lastRejectionAt = now
  }

  /** Requests the lease, and assumes that the store grants it until the answer arrives. */
  assume(now: number): void {
    this.#until = now + ASSUMED_MS
    this.#progressAt = now
    this.#isAssumed = true
    this.#isRequested = true
    this.#nextRequestAt = now + REQUEST_INTERVAL_MS
  }

  /** Requests the lease with the next exchange. Returns false when it was requested just before. */
  request(now: number): boolean {
    if (now < this.#nextRequestAt) return false
    this.#nextRequestAt = now + REQUEST_INTERVAL_MS
    this.#isRequested = true
    return true
  }

  /** Whether the next report requests the lease. Clears the request. */
  takeRequest(): boolean {
    const isRequested = this.#isRequested
    this.#isRequested = false
    return isRequested
  }

  /** Whether to extend the lease: a probe is in flight, or one was recorded since the last call. */
  shouldExtend(now: number, inFlight: number, recorded: boolean): boolean {
    if (recorded) this.#progressAt = now
    const recent = now < this.#progressAt + MAX_DURATIONS * this.durationMs
    this.#isRequested = this.isHeld(now) && recent && (inFlight > 0 || recorded)
    return this.#isRequested
  }

  /** Applies a message of the store. An own lease counts from the time when it was requested. */
  update(
    { fence, leaseMs, forMs }: StateUpdate,
    isHolder: boolean,
    sentAt: number,
    now: number,
  ): void {
    if (isHolder) {
      this.#isAssumed = false
      if (fence !== this.fence) this.#progressAt = sentAt + Math.max(0, forMs)
      this.fence = fence
      this.#until = sentAt + leaseMs
    } else {
      this.drop()
      // another instance probes: the next request is useful when that lease has ended
      this.#nextRequestAt = leaseMs > 0 ? now + leaseMs : LONG_AGO
    }
  }

  drop(): void {
    this.#isAssumed = false
    this.#until = LONG_AGO
    this.#nextRequestAt = LONG_AGO
    this.#isRequested = false
  }
}
