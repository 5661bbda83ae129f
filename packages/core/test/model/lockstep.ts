import { CircuitBreaker, type Outcome, type State } from '@fluxgate/core'
import { ManualClock } from '@fluxgate/core/testing'
import type { AdmittedCall } from './epoch.ts'
import type { ExpectedRejection } from './expected.ts'
import { InvariantChecker } from './invariant-checker.ts'
import { type Admission, Invariants } from './invariants.ts'
import { Model } from './model.ts'
import { type ManualTransition, requestedDelay } from './operation.ts'
import { optionsFor, type Setup } from './setup.ts'

const NAME = 'modelled'
const UNIX_ORIGIN = Date.UTC(2026, 0, 1)

/** An admitted call, for the model and for the invariants. */
export interface Admitted {
  readonly call: AdmittedCall
  readonly admission: Admission
}

/**
 * A breaker and its model side by side. Each step is applied to the breaker first; the methods named
 * `model…` apply it to the model and compare the reports of both.
 */
export class Lockstep {
  readonly breaker: CircuitBreaker
  readonly model: Model
  readonly checker: InvariantChecker
  readonly #clock = new ManualClock(UNIX_ORIGIN)
  readonly #invariants: Invariants
  #chance = 0
  #draws = 0

  constructor(setup: Setup) {
    this.breaker = new CircuitBreaker({
      ...optionsFor(setup),
      name: NAME,
      clock: this.#clock,
      random: () => {
        this.#draws++
        return this.#chance
      },
      onError: (_, { source }) => void this.checker.listeners.errors.push(source),
    })
    this.model = new Model(setup, NAME, UNIX_ORIGIN, requestedDelay)
    this.#invariants = new Invariants(setup)
    this.checker = new InvariantChecker(
      this.breaker,
      this.model,
      this.#invariants,
      () => this.#draws,
    )
  }

  get now(): number {
    return this.#clock.now()
  }

  /** What the random source of both returns from now on, 0 to below 1. */
  set chance(chance: number) {
    this.#chance = chance
    this.model.chance = chance
  }

  advance(ms: number): void {
    this.#clock.advance(ms)
    this.model.now += ms
  }

  modelAdmit(): Admitted | { readonly rejection: ExpectedRejection } {
    this.checker.captureWindowSize()
    const answer = this.model.ask()
    this.checker.compareReports()
    if ('state' in answer) return { rejection: answer }
    return { call: answer, admission: this.#invariants.admitted(this.now) }
  }

  modelSettle({ call, admission }: Admitted, outcome: Outcome, error?: unknown): void {
    this.checker.captureWindowSize()
    this.model.settle(call, outcome, error)
    this.#invariants.settled(admission, outcome, this.now)
    this.checker.compareReports()
  }

  modelTransition(move: ManualTransition, forMs?: number): void {
    this.checker.captureWindowSize()
    const wasOpen = this.model.state === 'open'
    this.model.move(destinations[move], move === 'trip' ? forMs : undefined)
    this.checker.compareReports()
    if (wasOpen && move === 'trip' && forMs !== undefined) {
      this.#invariants.postponed(UNIX_ORIGIN + this.now + forMs)
    }
  }
}

const destinations: Record<ManualTransition, State> = {
  reset: 'closed',
  forceOpen: 'forced_open',
  disable: 'disabled',
  metricsOnly: 'metrics_only',
  trip: 'open',
}
