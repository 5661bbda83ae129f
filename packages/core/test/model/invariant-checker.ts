import type { CircuitBreaker, RuleReport, Signal, Snapshot, State } from '@fluxgate/core'
import { difference, expectSame } from './expect-same.ts'
import type { ExpectedEvent, ExpectedSignal } from './expected.ts'
import type { Invariants } from './invariants.ts'
import type { Model } from './model.ts'
import { RecordingListeners } from './recording-listeners.ts'
import type { Finding } from './rule-model.ts'
import type { Setup } from './setup.ts'

/** Compares everything that a breaker reports, by signals, events and reads, with the model. */
export class InvariantChecker {
  readonly listeners: RecordingListeners
  /** Every kind of signal and call event so far. */
  readonly kinds: string[] = []
  /** The reason of the current state. */
  reason: string | undefined
  #report: RuleReport | undefined
  /** Signals not yet compared. */
  readonly #received: Signal[] = []
  #stateAtFirst: State | undefined
  readonly #breaker: CircuitBreaker
  readonly #model: Model
  readonly #invariants: Invariants
  readonly #draws: () => number
  readonly #hasTimeWindow: boolean
  #last: { readonly snapshot: Snapshot; readonly changes: number } | undefined

  /** @param draws the number of random draws of the breaker so far */
  constructor(
    breaker: CircuitBreaker,
    { initial }: Setup,
    model: Model,
    invariants: Invariants,
    draws: () => number,
  ) {
    this.reason = typeof initial === 'object' ? initial.reason : undefined
    this.#breaker = breaker
    this.#model = model
    this.#invariants = invariants
    this.#draws = draws
    this.#hasTimeWindow = breaker.toJSON().window.type === 'timeWindow'
    this.listeners = new RecordingListeners(breaker)
    breaker.subscribe((signal) => {
      if (this.#received.length === 0) this.#stateAtFirst = breaker.state
      this.#received.push(signal)
    })
  }

  /** Passes the current window size to the model, before it applies the last step of the breaker. */
  captureWindowSize(): void {
    if (!this.#hasTimeWindow) return
    const { metrics } = this.#received[0] ?? this.#breaker.snapshot()
    this.#model.seenTotal = metrics.total
  }

  /** Compares signals and call events, after the model applied the step. */
  compareReports(): void {
    const { signals, events } = this.#model
    if (signals.some((signal) => signal.newState === 'open')) {
      for (const move of this.listeners.transitionsOnOpen()) {
        this.#model.move(move === 'reset' ? 'closed' : 'forced_open')
      }
    }
    const received = this.#received.splice(0)
    this.kinds.push(...signals.map(brief), ...events.map(briefEvent))
    expectSame('signals', received.map(brief), signals.map(brief))
    if (received[0])
      expectSame('state in the first callback', this.#stateAtFirst, received[0].newState)
    for (const [i, signal] of received.entries()) {
      this.#invariants.signal(signal)
      if (signal.cause !== 'shadow') {
        this.reason = signal.reason
        this.#report = signal.report
      }
      compareSignal(signal, signals[i], this.#breaker.name)
    }
    this.listeners.check(received, events, this.#breaker.name)
    signals.length = 0
    events.length = 0
  }

  /** Compares everything that can be read, twice: reading changes nothing. */
  compareSnapshot(): void {
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
    const { reason, report: lastReport, ...data } = snapshot
    expectSame('snapshot', data, model.snapshot())
    expectSame('reason in the snapshot', reason, this.reason)
    expectSame('report in the snapshot', lastReport, this.#report)
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
  const { reason, report, ...data } = signal
  const { findings, error, ...rest } = { ...expected }
  expectSame('signal', data, { ...rest, circuitName })
  expectSame('the signal has a reason', reason.length > 0, true)
  expectSame('error of the signal', signal.error, error)
  expectSame('report met', report?.met, findings && true)
  expectSame('report', report && leaves(report), findings)
}

function leaves({ children, met, actual, threshold }: RuleReport): Finding[] {
  return children ? children.flatMap(leaves) : [{ met, actual, threshold }]
}
