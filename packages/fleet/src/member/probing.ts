import type { SharedCircuit } from '@fluxgate/core'
import type { StateUpdate } from '../store/message.ts'
import type { Lease } from './lease.ts'
import type { ExchangeParticipant, MemberContext } from './member-context.ts'

/** The time in which this instance probes for all: half-open, under the lease, and undecided. */
export class Probing {
  readonly #circuit: SharedCircuit
  readonly #context: MemberContext
  readonly #lease: Lease
  #isActive = false
  /** A probe was recorded since the lease was last extended. */
  #hasProgressed = false
  /** Recorded probes since {@link takeCounts}. */
  #probed = 0
  #succeeded = 0

  constructor(circuit: SharedCircuit, context: MemberContext, lease: Lease) {
    this.#circuit = circuit
    this.#context = context
    this.#lease = lease
  }

  get isActive(): boolean {
    return this.#isActive
  }

  /**
   * Called when the circuit becomes half-open. Counts the probes of earlier leases, so that instances
   * with few calls recover together.
   */
  begin(member: ExchangeParticipant, { probed, succeeded }: StateUpdate): void {
    const { current, options } = this.#circuit
    // leaves one probe to this instance, because the circuit decides when it records a probe
    current.recorded = Math.min(probed, options.probes - 1)
    current.succeeded = Math.min(succeeded, current.recorded)
    this.#isActive = true
    this.#scheduleExtension(member)
  }

  /** Returns the number of the lease under which this instance probed; 0 when it did not probe. */
  end(): number {
    const now = this.#context.now()
    // an expired lease keeps its number, so that the store rejects the verdict
    const fence = this.#isActive ? this.#lease.fenceAt(now) || this.#lease.fence : 0
    this.#isActive = false
    return fence
  }

  record(failed: boolean): void {
    this.#probed++
    if (!failed) this.#succeeded++
    this.#hasProgressed = true
  }

  takeCounts(): { probed: number; succeeded: number } {
    const counts = { probed: this.#probed, succeeded: this.#succeeded }
    this.#probed = 0
    this.#succeeded = 0
    return counts
  }

  /** Extends the lease while the probes make progress. */
  #scheduleExtension(member: ExchangeParticipant): void {
    this.#context.after(this.#lease.durationMs / 2, () => {
      const now = this.#context.now()
      if (!this.#isActive || !this.#lease.isHeld(now)) return
      const inFlight = this.#circuit.current.leases?.size ?? 0
      const isExtended = this.#lease.shouldExtend(now, inFlight, this.#hasProgressed)
      if (isExtended) this.#context.schedule(member, true)
      this.#hasProgressed = false
      this.#scheduleExtension(member)
    })
  }
}
