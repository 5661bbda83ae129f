import type { Outcome, Signal, State } from '@fluxgate/core'
import { expectSame } from './expect-same.ts'
import type { Setup } from './setup.ts'

/** Contract, section 3: every move but those by hand, which lead from any state to any other. */
const legalMoves: readonly string[] = [
  'closed > open: rule',
  'open > half_open: retry',
  'half_open > open: rule',
  'half_open > open: probes',
  'half_open > closed: probes',
  'metrics_only > metrics_only: shadow',
]

/** A call let in, as it can be seen from outside. */
export interface Admission {
  readonly at: number
  recorded: boolean
}

/**
 * What must hold whatever the model says, checked on what is seen from outside alone, so that a
 * mistake made twice, in the machine and in the model, is still found.
 */
export class Invariants {
  readonly #setup: Setup
  #state: State = 'closed'
  #retryAt = Number.POSITIVE_INFINITY
  #probes: Admission[] = []

  constructor(setup: Setup) {
    this.#setup = setup
  }

  /** The signals form an unbroken chain of legal moves, and none leads to a probe before `retryAt`. */
  signal({ oldState, newState, cause, timestamp, retryAt }: Signal): void {
    expectSame('the state that a signal says is left', oldState, this.#state)
    const move = `${oldState} > ${newState}: ${cause}`
    const legal = cause === 'manual' ? oldState !== newState : legalMoves.includes(move)
    expectSame(`"${move}" is a legal move`, legal, true)
    if (cause === 'retry') expectSame('retryAt is over', timestamp >= this.#retryAt, true)
    this.#state = newState
    this.#retryAt = retryAt ?? Number.POSITIVE_INFINITY
    this.#probes = []
  }

  /** Somebody told an open circuit how long to wait. */
  postponed(retryAt: number): void {
    this.#retryAt = retryAt
  }

  /** Nothing passes while it is open, and never more than `probes` are in flight plus settled. */
  admitted(at: number): Admission {
    const shut = this.#state === 'open' || this.#state === 'forced_open'
    expectSame(`a call is let in while ${this.#state}`, shut, false)
    const { permit, probes, probeLeaseMs } = this.#setup
    const admission: Admission = { at, recorded: false }
    if (this.#state === 'half_open' && permit.type !== 'ramp') {
      const held = this.#probes.filter((probe) => probe.recorded || at - probe.at < probeLeaseMs)
      expectSame(`a probe is let in beside ${held.length}`, held.length < probes, true)
      this.#probes.push(admission)
    }
    return admission
  }

  /** Ignored and aborted probes give their slot back, and so do those that took too long. */
  settled(admission: Admission, outcome: Outcome, at: number): void {
    const inTime = at - admission.at < this.#setup.probeLeaseMs
    admission.recorded = inTime && (outcome === 'success' || outcome === 'failure')
    if (!admission.recorded) this.#probes = this.#probes.filter((probe) => probe !== admission)
  }
}
