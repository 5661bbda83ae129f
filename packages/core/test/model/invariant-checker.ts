import type { CircuitBreaker, RuleReport, Signal, Snapshot, State } from '@fluxgate/core'
import { difference, expectSame } from './expect-same.ts'
import type { ExpectedEvent, ExpectedSignal } from './expected.ts'
import type { Invariants } from './invariants.ts'
import type { Model } from './model.ts'
import { Ears } from './recording-listeners.ts'
import type { Finding } from './rule-model.ts'

/** Compares all that a breaker tells, when it tells it or when it is asked, with the model. */
export class InvariantChecker {
  readonly ears: Ears
  /** Every kind of signal and call event so far. */
  readonly told: string[] = []
  /** Signals not yet compared. */
  readonly #heard: Signal[] = []
  #stateAtFirst: State | undefined
  readonly #breaker: CircuitBreaker
  readonly #model: Model
  readonly #invariants: Invariants
  readonly #draws: () => number
  readonly #hasTimeWindow: boolean
  #last: { readonly snapshot: Snapshot; readonly changes: number } | undefined

  /** @param draws how often the breaker asked for a random number so far */
  constructor(breaker: CircuitBreaker, model: Model, invariants: Invariants, draws: () => number) {
    this.#breaker = breaker
    this.#model = model
    this.#invariants = invariants
    this.#draws = draws
    this.#hasTimeWindow = breaker.toJSON().window.type === 'timeWindow'
    this.ears = new Ears(breaker)
    breaker.subscribe((signal) => {
      if (this.#heard.length === 0) this.#stateAtFirst = breaker.state
      this.#heard.push(signal)
    })
  }

  /** Before the model does what the breaker just did: how many calls were in the window then. */
  captureWindowSize(): void {
    if (!this.#hasTimeWindow) return
    const { metrics } = this.#heard[0] ?? this.#breaker.snapshot()
    this.#model.seenTotal = metrics.total
  }

  /** After the model did it too: signals and call events are the same. */
  compareTold(): void {
    const { signals, events } = this.#model
    if (signals.some((signal) => signal.newState === 'open')) {
      for (const move of this.ears.movesOnOpen()) {
        this.#model.move(move === 'reset' ? 'closed' : 'forced_open')
      }
    }
    const heard = this.#heard.splice(0)
    this.told.push(...signals.map(brief), ...events.map(briefEvent))
    expectSame('signals', heard.map(brief), signals.map(brief))
    if (heard[0]) expectSame('state when told', this.#stateAtFirst, heard[0].newState)
    for (const [i, signal] of heard.entries()) {
      this.#invariants.signal(signal)
      compareSignal(signal, signals[i], this.#breaker.name)
    }
    this.ears.check(heard, events, this.#breaker.name)
    signals.length = 0
    events.length = 0
  }

  /** Reads everything that can be read, twice; reading changes nothing. */
  look(): void {
    const last = this.#last
    const breaker = this.#breaker
    const model = this.#model
    const draws = this.#draws()
    const snapshot = breaker.snapshot()
    model.seenTotal = snapshot.metrics.total
    const report = breaker.explain()
    const { met, findings } = model.explain()
    expectSame('explain().met', report.met, met)
    expectSame('explain()', leaves(report), findings)
    expectSame('snapshot', snapshot, model.snapshot())
    expectSame('state', breaker.state, snapshot.state)
    expectSame('inFlight', breaker.inFlight, model.inFlight)
    expectSame('rejections', breaker.rejections, model.rejections)
    expectSame('random numbers drawn by reading', this.#draws() - draws, 0)
    expectSame('snapshot is frozen', Object.isFrozen(snapshot), true)
    expectSame('snapshot read twice is one', breaker.snapshot() === snapshot, true)
    if (last?.changes === model.changes && !difference(snapshot, last.snapshot)) {
      expectSame('snapshot without a change is the same', snapshot === last.snapshot, true)
    }
    this.#last = { snapshot, changes: model.changes }
  }
}

const brief = ({ oldState, newState, cause }: ExpectedSignal) =>
  `${oldState} > ${newState}: ${cause}`

const briefEvent = ({ outcome, state, stale }: ExpectedEvent) =>
  `${stale ? 'stale ' : ''}${outcome} in ${state}`

function compareSignal(
  signal: Signal,
  expected: ExpectedSignal | undefined,
  circuitName: string,
): void {
  const { reason, report, ...told } = signal
  const { findings, ...rest } = { ...expected }
  expectSame('signal', told, { ...rest, circuitName })
  expectSame('the signal has a reason', reason.length > 0, true)
  expectSame('report met', report?.met, findings && true)
  expectSame('report', report && leaves(report), findings)
}

function leaves({ children, met, actual, threshold }: RuleReport): Finding[] {
  return children ? children.flatMap(leaves) : [{ met, actual, threshold }]
}
