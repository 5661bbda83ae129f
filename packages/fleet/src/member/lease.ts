import type { News } from '../store/message.ts'
import { PENDING } from './outbox.ts'

const NO_LEASE = Number.NEGATIVE_INFINITY
/** A request that was not answered is repeated after this time, in ms. */
const ASK_AGAIN_MS = 250
/** How long an instance may probe that has not received the answer to its request, in ms. */
const ASSUMED_MS = 1_000
/** A call that comes so long after the one before does not wait for the answer to a request, in ms. */
const RARE_MS = 1_000
/** A lease without a recorded probe is extended up to this number of durations. */
const MAX_DURATIONS = 4

/** The permission of one instance to probe, in the time of this process. */
export class Lease {
  readonly durationMs: number
  /** The number of the last lease that this instance held. */
  fence = 0
  #isWanted = false
  #until = NO_LEASE
  #askAt = NO_LEASE
  #progressAt = NO_LEASE
  #heldCallAt = NO_LEASE
  #isAssumed = false

  /** @param timeoutMs the time limit of a probe, which must fit into a lease */
  constructor(leaseMs: number, timeoutMs = 0) {
    this.durationMs = Math.ceil(Math.max(leaseMs, timeoutMs + 1_000))
  }

  isHeld(now: number): boolean {
    return now < this.#until
  }

  /** The number of the lease at `now`; 0 when none is held, `PENDING` while one is assumed. */
  numberAt(now: number): number {
    if (!this.isHeld(now)) return 0
    return this.#isAssumed ? PENDING : this.fence
  }

  /**
   * Whether a call may probe before the request of the lease is answered. If calls are rarer than a
   * lease is long, each would only ask, and none would find the lease that the one before asked for.
   */
  isRare(now: number): boolean {
    return now - this.#heldCallAt >= RARE_MS
  }

  /** A call was rejected for want of the lease. */
  rejectCall(now: number): void {
    this.#heldCallAt = now
  }

  /** Takes the lease for granted until the answer comes. */
  assume(now: number): void {
    this.#until = now + ASSUMED_MS
    this.#progressAt = now
    this.#isAssumed = true
    this.#isWanted = true
    this.#askAt = now + ASK_AGAIN_MS
  }

  /** Asks for the lease with the next exchange, unless it did so just now. */
  ask(now: number): boolean {
    if (now < this.#askAt) return false
    this.#askAt = now + ASK_AGAIN_MS
    this.#isWanted = true
    return true
  }

  /** Whether the next report asks for the lease; once. */
  takeWish(): boolean {
    const isWanted = this.#isWanted
    this.#isWanted = false
    return isWanted
  }

  /** Whether to extend the lease: a probe is in flight, or one was recorded since. */
  shouldExtend(now: number, inFlight: number, recorded: boolean): boolean {
    if (recorded) this.#progressAt = now
    const recent = now < this.#progressAt + MAX_DURATIONS * this.durationMs
    this.#isWanted = this.isHeld(now) && recent && (inFlight > 0 || recorded)
    return this.#isWanted
  }

  /** Takes what an answer says. The time of the lease counts from when it was requested. */
  take({ fence, leaseMs, forMs }: News, isMine: boolean, sentAt: number, now: number): void {
    if (isMine) {
      this.#isAssumed = false
      if (fence !== this.fence) this.#progressAt = sentAt + Math.max(0, forMs)
      this.fence = fence
      this.#until = sentAt + leaseMs
    } else {
      this.drop()
      // another instance probes: this one asks when that lease has ended
      this.#askAt = leaseMs > 0 ? now + leaseMs : NO_LEASE
    }
  }

  drop(): void {
    this.#isAssumed = false
    this.#until = NO_LEASE
    this.#askAt = NO_LEASE
    this.#isWanted = false
  }
}
