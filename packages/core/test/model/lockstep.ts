import { CircuitBreaker, type Outcome, type State } from '@fluxgate/core'
import { ManualClock } from '@fluxgate/core/testing'
import type { AdmittedCall } from './epoch.ts'
import type { Refusal } from './expected.ts'
import { InvariantChecker } from './invariant-checker.ts'
import { type Admission, Invariants } from './invariants.ts'
import { Model } from './model.ts'
import { askedDelay, type Move } from './operation.ts'
import { optionsFor, type Setup } from './setup.ts'

const NAME = 'modelled'
const UNIX_ORIGIN = Date.UTC(2026, 0, 1)

/** A call that was let in, as the model and as the invariants know it. */
export interface Admitted {
  readonly call: AdmittedCall
  readonly admission: Admission
}

/**
 * A breaker and its model side by side. The breaker goes ahead; the methods named `model…` let the
 * model follow, and compare what the two told.
 */
export class Lockstep {
  readonly breaker: CircuitBreaker
  readonly model: Model
  readonly witness: InvariantChecker
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
      onError: (_, { source }) => void this.witness.ears.errors.push(source),
    })
    this.model = new Model(setup, NAME, UNIX_ORIGIN, askedDelay)
    this.#invariants = new Invariants(setup)
    this.witness = new InvariantChecker(
      this.breaker,
      this.model,
      this.#invariants,
      () => this.#draws,
    )
  }

  get now(): number {
    return this.#clock.now()
  }

  /** What the random source of both gives from now on, 0 to below 1. */
  set chance(chance: number) {
    this.#chance = chance
    this.model.chance = chance
  }

  advance(ms: number): void {
    this.#clock.advance(ms)
    this.model.now += ms
  }

  modelAsk(): Admitted | { readonly refusal: Refusal } {
    this.witness.captureWindowSize()
    const answer = this.model.ask()
    this.witness.compareTold()
    if ('state' in answer) return { refusal: answer }
    return { call: answer, admission: this.#invariants.admitted(this.now) }
  }

  modelEnd({ call, admission }: Admitted, outcome: Outcome, error?: unknown): void {
    this.witness.captureWindowSize()
    this.model.settle(call, outcome, error)
    this.#invariants.settled(admission, outcome, this.now)
    this.witness.compareTold()
  }

  modelMove(move: Move, forMs?: number): void {
    this.witness.captureWindowSize()
    const wasOpen = this.model.state === 'open'
    this.model.move(destinations[move], move === 'trip' ? forMs : undefined)
    this.witness.compareTold()
    if (wasOpen && move === 'trip' && forMs !== undefined) {
      this.#invariants.postponed(UNIX_ORIGIN + this.now + forMs)
    }
  }
}

const destinations: Record<Move, State> = {
  reset: 'closed',
  forceOpen: 'forced_open',
  disable: 'disabled',
  metricsOnly: 'metrics_only',
  trip: 'open',
}
