import type { SharedCircuit } from '@fluxgate/core'
import type { News } from '../store/message.ts'
import type { Lease } from './lease.ts'
import type { Exchanger, FleetLink } from './link.ts'

/** The time in which this instance probes for all: half-open under the lease, not yet decided. */
export class Probing {
  readonly #circuit: SharedCircuit
  readonly #link: FleetLink
  readonly #lease: Lease
  #isActive = false
  /** A probe was recorded since the lease was last extended. */
  #progressed = false
  /** Recorded probes since {@link takeCounts}. */
  #probed = 0
  #succeeded = 0

  constructor(circuit: SharedCircuit, link: FleetLink, lease: Lease) {
    this.#circuit = circuit
    this.#link = link
    this.#lease = lease
  }

  get isActive(): boolean {
    return this.#isActive
  }

  /**
   * Half-open begins with the probes of earlier leases, so that instances with few calls recover
   * together.
   */
  begin(member: Exchanger, { probed, succeeded }: News): void {
    const { current, options } = this.#circuit
    // the last probe is made here, since the circuit decides when one is recorded
    current.recorded = Math.min(probed, options.probes - 1)
    current.succeeded = Math.min(succeeded, current.recorded)
    this.#isActive = true
    this.#watchLease(member)
  }

  /** Returns the number of the lease under which it was active; 0 when it was not. */
  end(): number {
    const now = this.#link.now()
    // an expired lease keeps its number: the store refuses it
    const fence = this.#isActive ? this.#lease.numberAt(now) || this.#lease.fence : 0
    this.#isActive = false
    return fence
  }

  record(failed: boolean): void {
    this.#probed++
    if (!failed) this.#succeeded++
    this.#progressed = true
  }

  takeCounts(): { probed: number; succeeded: number } {
    const counts = { probed: this.#probed, succeeded: this.#succeeded }
    this.#probed = 0
    this.#succeeded = 0
    return counts
  }

  /** Extends the lease while the probes make progress. */
  #watchLease(member: Exchanger): void {
    this.#link.after(this.#lease.durationMs / 2, () => {
      const now = this.#link.now()
      if (!this.#isActive || !this.#lease.isHeld(now)) return
      const inFlight = this.#circuit.current.leases?.size ?? 0
      if (this.#lease.shouldExtend(now, inFlight, this.#progressed)) this.#link.wake(member, true)
      this.#progressed = false
      this.#watchLease(member)
    })
  }
}
