import { CircuitBreaker, type Outcome, type Snapshot, type State } from '@fluxgate/core'
import type { AdmittedCall, Epoch } from './epoch.ts'
import { expectSame } from './expect-same.ts'
import type { ExpectedRejection } from './expected.ts'
import { InvariantChecker } from './invariant-checker.ts'
import { type Admission, Invariants } from './invariants.ts'
import { Model } from './model.ts'
import { type ManualTransition, requestedDelay } from './operation.ts'
import { initialFor, optionsFor, type Setup } from './setup.ts'
import { TestClock } from './test-clock.ts'

const NAME = 'modelled'
const UNIX_ORIGIN = Date.UTC(2026, 0, 1)

/** An admitted call, for the model and for the invariants. */
export interface Admitted {
  readonly call: AdmittedCall
  readonly admission: Admission
}

/** A rejected call. */
export interface Rejected {
  readonly rejection: ExpectedRejection
  /** The epoch that rejected it. */
  readonly epoch: Epoch
  /** The reason that the signal of this epoch had. */
  readonly reason: string | undefined
}

/** The options of `trip()`. */
export interface TripOptions {
  readonly forMs?: number
  readonly reopens?: number
}

/**
 * A breaker and its model side by side. Each step is applied to the breaker first; the methods named
 * `model…` apply it to the model and compare the reports of both.
 */
export class Lockstep {
  readonly breaker: CircuitBreaker
  readonly model: Model
  readonly checker: InvariantChecker
  readonly clock = new TestClock(UNIX_ORIGIN)
  readonly #invariants: Invariants
  #chance = 0
  #draws = 0

  constructor(setup: Setup) {
    const initial = initialFor(setup, UNIX_ORIGIN)
    this.breaker = new CircuitBreaker({
      ...optionsFor(setup),
      ...(initial !== undefined && { initial: initial as Snapshot }),
      name: NAME,
      clock: this.clock,
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
      setup,
      this.model,
      this.#invariants,
      () => this.#draws,
    )
  }

  get now(): number {
    return this.clock.elapsedMs
  }

  /** What the random source of both returns from now on, 0 to below 1. */
  set chance(chance: number) {
    this.#chance = chance
    this.model.chance = chance
  }

  advance(ms: number): void {
    this.clock.elapsedMs += ms
    this.model.now += ms
  }

  /** @param limitMs the time limit of the call, `Infinity` for none */
  modelAdmit(limitMs: number): Admitted | Rejected {
    this.checker.captureWindowSize()
    this.model.hasTimedListeners = this.checker.listeners.timed
    const answer = this.model.ask(limitMs)
    const { epoch } = this.model
    this.checker.compareReports()
    if ('state' in answer) return { rejection: answer, epoch, reason: this.checker.reason }
    return { call: answer, admission: this.#invariants.admitted(this.now, limitMs) }
  }

  /** @param rejectedIn the epoch of the rejection that `error` is or wraps */
  modelSettle(
    { call, admission }: Admitted,
    outcome: Outcome,
    error?: unknown,
    rejectedIn?: Epoch,
  ): void {
    this.checker.captureWindowSize()
    this.model.settle(call, outcome, error, rejectedIn)
    this.#invariants.settled(admission, outcome, rejectedIn !== undefined)
    this.checker.compareReports()
  }

  /** @param met the result of the breaker */
  modelJudge(met: boolean): void {
    this.checker.captureWindowSize()
    expectSame('result of judge()', met, this.model.explain().met)
    this.model.judge()
    this.checker.compareReports()
  }

  modelTransition(move: ManualTransition, schedule: TripOptions): void {
    const { forMs } = schedule
    this.checker.captureWindowSize()
    const wasOpen = this.model.state === 'open'
    this.model.move(destinations[move], move === 'trip' ? schedule : {})
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
  halfOpen: 'half_open',
  trip: 'open',
}
