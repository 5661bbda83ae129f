import type { Outcome, Signal, State } from '@fluxgate/core'
import { expectSame } from './expect-same.ts'
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
  recorded: boolean
}

/**
 * What must hold independently of the model. It is checked on visible behaviour alone, so that it finds
 * a mistake that both the machine and the model have.
 */
export class Invariants {
  readonly #setup: Setup
  #state: State = 'closed'
  #retryAt = Number.POSITIVE_INFINITY
  #probes: Admission[] = []

  constructor(setup: Setup) {
    this.#setup = setup
  }

  /** Signals form a chain of legal transitions, and no probe runs before `retryAt`. */
  signal({ oldState, newState, cause, timestamp, retryAt }: Signal): void {
    expectSame('the state that a signal says is left', oldState, this.#state)
    const move = `${oldState} > ${newState}: ${cause}`
    const legal = cause === 'manual' ? oldState !== newState : legalTransitions.includes(move)
    expectSame(`"${move}" is a legal move`, legal, true)
    if (cause === 'retry') expectSame('retryAt is over', timestamp >= this.#retryAt, true)
    this.#state = newState
    this.#retryAt = retryAt ?? Number.POSITIVE_INFINITY
    this.#probes = []
  }

  /** trip({ forMs }) moved the retry time of an open circuit. */
  postponed(retryAt: number): void {
    this.#retryAt = retryAt
  }

  /** An open circuit admits no call, and half-open has at most `probes` calls in flight plus settled. */
  admitted(at: number): Admission {
    const isOpen = this.#state === 'open' || this.#state === 'forced_open'
    expectSame(`a call is admitted while ${this.#state}`, isOpen, false)
    const { permit, probes, probeLeaseMs } = this.#setup
    const admission: Admission = { at, recorded: false }
    if (this.#state === 'half_open' && permit.type !== 'ramp') {
      const held = this.#probes.filter((probe) => probe.recorded || at - probe.at < probeLeaseMs)
      expectSame(`a probe is admitted beside ${held.length}`, held.length < probes, true)
      this.#probes.push(admission)
    }
    return admission
  }

  /** Ignored and aborted probes free their slot, and so do those whose lease ended. */
  settled(admission: Admission, outcome: Outcome, at: number): void {
    const inTime = at - admission.at < this.#setup.probeLeaseMs
    admission.recorded = inTime && (outcome === 'success' || outcome === 'failure')
    if (!admission.recorded) this.#probes = this.#probes.filter((probe) => probe !== admission)
  }
}
