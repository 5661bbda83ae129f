import type { Outcome, Signal, State } from '@fluxgate/core'
import { expectSame } from './expect-same.ts'
import { leaseOf } from './policy-model.ts'
import type { Setup } from './setup.ts'

/** Contract, section 3: every transition that is not manual. Manual ones lead from any state to any other. */
const legalTransitions: readonly string[] = [
  'closed > open: rule',
  'open > half_open: retry',
  'half_open > open: rule',
  'half_open > open: probes',
  'half_open > closed: probes',
  'metrics_only > metrics_only: shadow',
]

/** An admitted call, as seen from outside. */
export interface Admission {
  readonly at: number
  readonly leaseMs: number
  recorded: boolean
}

/**
 * What must hold independently of the model. It is checked on visible behaviour alone, so that it finds
 * a mistake that both the machine and the model have.
 */
export class Invariants {
  readonly #setup: Setup
  #state: State
  #retryAt = Number.NEGATIVE_INFINITY
  #probes: Admission[] = []
  /** Probes of this half-open state that ended in a rejection of their own circuit. */
  #nested = 0

  constructor(setup: Setup) {
    this.#setup = setup
    const { initial = 'closed' } = setup
    this.#state = typeof initial === 'string' ? initial : initial.state
  }

  /** Signals form a chain of legal transitions, and no probe runs more than 1 ms before `retryAt`. */
  signal({ oldState, newState, cause, timestamp, retryAt }: Signal): void {
    expectSame('the state that a signal says is left', oldState, this.#state)
    const move = `${oldState} > ${newState}: ${cause}`
    const legal = cause === 'manual' ? oldState !== newState : legalTransitions.includes(move)
    expectSame(`"${move}" is a legal move`, legal, true)
    if (cause === 'retry') expectSame('retryAt is over', timestamp >= this.#retryAt - 1, true)
    this.#state = newState
    this.#retryAt = retryAt ?? Number.POSITIVE_INFINITY
    this.#probes = []
    this.#nested = 0
  }

  /** trip({ forMs }) moved the retry time of an open circuit. */
  postponed(retryAt: number): void {
    this.#retryAt = retryAt
  }

  /**
   * An open circuit admits no call. Half-open has at most `probes` calls in flight plus settled, and
   * one more for each that ended in a rejection of its own circuit.
   */
  admitted(at: number, limitMs: number): Admission {
    const isOpen = this.#state === 'open' || this.#state === 'forced_open'
    expectSame(`a call is admitted while ${this.#state}`, isOpen, false)
    const { permit, probes } = this.#setup
    const admission = { at, leaseMs: leaseOf(this.#setup, limitMs), recorded: false }
    if (this.#state === 'half_open' && permit.type !== 'ramp') {
      const held = this.#probes.filter((probe) => probe.recorded || at - probe.at < probe.leaseMs)
      expectSame(
        `a probe is admitted beside ${held.length}`,
        held.length < probes + this.#nested,
        true,
      )
      this.#probes.push(admission)
    }
    return admission
  }

  /** Ignored and aborted probes free their slot. */
  settled(admission: Admission, outcome: Outcome, endedInOwnRejection: boolean): void {
    if (endedInOwnRejection && this.#probes.includes(admission)) this.#nested++
    admission.recorded = outcome === 'success' || outcome === 'failure'
    if (!admission.recorded) this.#probes = this.#probes.filter((probe) => probe !== admission)
  }
}
