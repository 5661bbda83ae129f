import type { CallEvent, CircuitBreaker, ListenerObject, Signal, State } from '@fluxgate/core'
import { SignalDigest, type SignalDigests, signalText } from './signal-digest.ts'

/** The automatic transitions by cause, written independently of the library. */
const legal: Readonly<Record<string, readonly string[]>> = {
  rule: ['closed->open', 'half_open->open'],
  retry: ['open->half_open'],
  probes: ['half_open->open', 'half_open->closed'],
  shadow: ['metrics_only->metrics_only'],
  fleet: [], // the load test shares no circuit
}

/** Which calls a listener may observe in each state. */
const calls: Readonly<Record<State, { admitted: boolean; rejected: boolean }>> = {
  closed: { admitted: true, rejected: false },
  open: { admitted: false, rejected: true },
  half_open: { admitted: true, rejected: true },
  metrics_only: { admitted: true, rejected: false },
  disabled: { admitted: true, rejected: false },
  forced_open: { admitted: false, rejected: true },
}

/** Signals have wall-clock times, circuits wait by the monotonic clock. The two may drift apart. */
const MAX_CLOCK_DRIFT_MS = 100

/** What a listener observed. */
export interface Observations {
  readonly digests: SignalDigests
  /** Calls by circuit and outcome: `catalog success`. */
  readonly calls: Readonly<Record<string, number>>
  /** Transitions by circuit: `catalog closed->open`. */
  readonly transitions: Readonly<Record<string, number>>
  readonly wrong: number
  /** The first 20. */
  readonly violations: readonly string[]
}

interface Expected {
  state: State
  retryAt: number | undefined
  epoch: number
}

/** Compares every circuit with a model of the states. Its memory is constant. */
export class ModelComparer implements ListenerObject {
  readonly #digest = new SignalDigest()
  readonly #expected = new Map<string, Expected>()
  readonly #calls: Record<string, number> = {}
  readonly #transitions: Record<string, number> = {}
  #wrong = 0
  readonly #violations: string[] = []

  onAttach({ name, state }: CircuitBreaker): () => void {
    this.#expected.set(name, { state, retryAt: undefined, epoch: 0 })
    return () => this.#expected.delete(name)
  }

  onSignal(signal: Signal): void {
    const { circuitName, oldState, newState, cause, timestamp, report, retryAt } = signal
    const transition = `${oldState}->${newState}`
    this.#digest.add(circuitName, signalText(transition, timestamp))
    count(this.#transitions, circuitName, transition)
    const expected = this.#expected.get(circuitName)
    if (!expected) {
      this.#report(signal, 'for an unknown circuit')
      return
    }
    if (expected.state !== oldState) this.#report(signal, `while it was ${expected.state}`)
    const isLegal = cause === 'manual' ? oldState !== newState : legal[cause]?.includes(transition)
    if (!isLegal) this.#report(signal, 'is an illegal transition')
    if ((cause === 'rule' || cause === 'shadow') && report?.met !== true) {
      this.#report(signal, 'with a rule that is not met')
    }
    const early = (expected.retryAt ?? 0) - timestamp
    if (cause === 'retry' && early > MAX_CLOCK_DRIFT_MS) this.#report(signal, `${early} ms early`)
    expected.state = newState
    expected.retryAt = newState === 'open' ? retryAt : undefined
    expected.epoch++
  }

  onCall(event: CallEvent): void {
    const { circuitName, outcome, state, stale } = event
    count(this.#calls, circuitName, outcome)
    const possible = calls[state][outcome === 'rejected' ? 'rejected' : 'admitted']
    if (!possible) this.#report(event, `a call ${outcome} in ${state}`)
    if (state === 'disabled' && !stale) this.#report(event, 'a call reported in disabled')
  }

  /** The epoch of a circuit while it is disabled, when listeners receive no calls. */
  disabledEpoch(circuitName: string): number | undefined {
    const expected = this.#expected.get(circuitName)
    return expected?.state === 'disabled' ? expected.epoch : undefined
  }

  get observations(): Observations {
    return {
      digests: this.#digest.digests,
      calls: { ...this.#calls },
      transitions: { ...this.#transitions },
      wrong: this.#wrong,
      violations: this.#violations,
    }
  }

  #report(event: Signal | CallEvent, violation: string): void {
    this.#wrong++
    if (this.#violations.length < 20)
      this.#violations.push(`${violation}: ${JSON.stringify(event)}`)
  }
}

function count(counts: Record<string, number>, circuitName: string, name: string): void {
  const key = `${circuitName.replace(/ .*/, '')} ${name}`
  counts[key] = (counts[key] ?? 0) + 1
}
