import type { CallEvent, CircuitHandle, Signal, State } from '@fluxgate/core'

/** Attributes of a series. Their names translate to the labels of PrometheusListener. */
export type Attributes = Readonly<Record<string, string | number | boolean>>

/** Metrics that are read from the counts at each collection. */
export type ObservedMetric =
  | 'calls'
  | 'state'
  | 'state_transition'
  | 'shadow_trips'
  | 'failure_rate'
  | 'slow_rate'
  | 'fleet_reachable'

/** Receives the value of one series. */
export type Observe = (metric: ObservedMetric, value: number, attributes: Attributes) => void

type CallOutcome = CallEvent['outcome']

/** The attribute names that the metrics use. Attributes of the user must have other names. */
export const ATTRIBUTE_NAMES = [
  'circuit.name',
  'state',
  'old_state',
  'new_state',
  'outcome',
  'threshold',
]

// Records, so that a new state or outcome is a type error here.
const STATES = keysOf<State>({
  closed: 0,
  open: 0,
  half_open: 0,
  metrics_only: 0,
  disabled: 0,
  forced_open: 0,
})
const OUTCOMES = keysOf<CallOutcome>({
  success: 0,
  failure: 0,
  ignored: 0,
  aborted: 0,
  rejected: 0,
})

/**
 * Transitions whose counters start at 0. `increase()` of Prometheus misses the first event of any
 * other one.
 */
const AUTOMATIC = ['closed->open', 'open->half_open', 'half_open->closed', 'half_open->open']

/** What the calls and transitions of the circuits of one name add up to. */
export class CircuitSeries {
  /** `circuit.name` and the attributes of the user. */
  readonly attributes: Attributes
  // Fields, because a lookup by outcome would cost each call more than the count.
  #success = 0
  #failure = 0
  #ignored = 0
  #aborted = 0
  #rejected = 0
  #shadowTrips = 0
  /** By `old_state->new_state`. */
  readonly #transitions = new Map(AUTOMATIC.map((transition) => [transition, 0]))
  /** By metric and value of the attribute, so that collections create no new objects. */
  readonly #seriesAttributes = new Map<string, Attributes>()
  #thresholds: ReadonlySet<string> = new Set()
  #hasFailureRate = false
  #isShared = false
  #observed = false

  constructor(name: string, attributes: Attributes) {
    this.attributes = Object.freeze({ ...attributes, 'circuit.name': name })
  }

  /** False when there are no values to end. */
  get observed(): boolean {
    return this.#observed
  }

  countCall(outcome: CallOutcome): void {
    switch (outcome) {
      case 'success':
        this.#success++
        break
      case 'failure':
        this.#failure++
        break
      case 'ignored':
        this.#ignored++
        break
      case 'aborted':
        this.#aborted++
        break
      case 'rejected':
        this.#rejected++
    }
  }

  countSignal({ cause, oldState, newState }: Signal): void {
    if (cause === 'shadow') {
      this.#shadowTrips++
      return
    }
    const transition = `${oldState}->${newState}`
    this.#transitions.set(transition, (this.#transitions.get(transition) ?? 0) + 1)
  }

  attributesOf(outcome: CallOutcome): Attributes {
    return this.#with('outcome', outcome)
  }

  observe(circuits: readonly CircuitHandle[], observe: Observe): void {
    this.#observed = true
    const states = new Set(circuits.map(({ state }) => state))
    for (const state of STATES) {
      observe('state', states.has(state) ? 1 : 0, this.#with('state', state))
    }
    for (const outcome of OUTCOMES) {
      observe('calls', this.#countOf(outcome), this.attributesOf(outcome))
    }
    for (const [transition, count] of this.#transitions) {
      observe('state_transition', count, this.#ofTransition(transition))
    }
    observe('shadow_trips', this.#shadowTrips, this.attributes)
    this.#observeRates(circuits, observe)
    this.#observeFleet(circuits, observe)
  }

  /** Observes the last values of circuits that were detached: they are in no state. */
  observeEnd(observe: Observe): void {
    for (const state of STATES) observe('state', 0, this.#with('state', state))
    this.#observeRates([], observe)
    this.#observeFleet([], observe)
  }

  /** Whether the stores of all shared circuits answer. Becomes 0 when no circuit is shared any more. */
  #observeFleet(circuits: readonly CircuitHandle[], observe: Observe): void {
    const fleets = circuits.flatMap((circuit) => circuit.snapshot().fleet ?? [])
    const isShared = fleets.length > 0
    const isReachable = isShared && fleets.every(({ reachable }) => reachable)
    if (isShared || this.#isShared) {
      observe('fleet_reachable', isReachable ? 1 : 0, this.attributes)
    }
    this.#isShared = isShared
  }

  /**
   * Rates over the windows of the circuits together. A rate that was observed before becomes 0 when
   * the window is empty: with cumulative temporality the SDK repeats the last value of a series for
   * ever.
   */
  #observeRates(circuits: readonly CircuitHandle[], observe: Observe): void {
    let failures = 0
    let total = 0
    const slow = new Map<string, { count: number; total: number }>()
    for (const threshold of this.#thresholds) slow.set(threshold, { count: 0, total: 0 })
    for (const circuit of circuits) {
      const { metrics } = circuit.snapshot()
      failures += metrics.failures
      total += metrics.total
      if (metrics.total === 0) continue
      for (const [threshold, count] of Object.entries(metrics.slow)) {
        const sums = slow.get(threshold) ?? { count: 0, total: 0 }
        sums.count += count
        sums.total += metrics.total
        slow.set(threshold, sums)
      }
    }
    if (total > 0 || this.#hasFailureRate) {
      observe('failure_rate', total > 0 ? failures / total : 0, this.attributes)
    }
    for (const [threshold, sums] of slow) {
      const rate = sums.total > 0 ? sums.count / sums.total : 0
      observe('slow_rate', rate, this.#with('threshold', threshold))
    }
    this.#hasFailureRate = total > 0
    this.#thresholds = new Set([...slow].flatMap(([key, sums]) => (sums.total > 0 ? [key] : [])))
  }

  #countOf(outcome: CallOutcome): number {
    switch (outcome) {
      case 'success':
        return this.#success
      case 'failure':
        return this.#failure
      case 'ignored':
        return this.#ignored
      case 'aborted':
        return this.#aborted
      case 'rejected':
        return this.#rejected
    }
  }

  #with(name: string, value: string): Attributes {
    const key = `${name} ${value}`
    let attributes = this.#seriesAttributes.get(key)
    if (attributes === undefined) {
      attributes = Object.freeze({ ...this.attributes, [name]: value })
      this.#seriesAttributes.set(key, attributes)
    }
    return attributes
  }

  #ofTransition(transition: string): Attributes {
    let attributes = this.#seriesAttributes.get(transition)
    if (attributes === undefined) {
      const [old_state = '', new_state = ''] = transition.split('->')
      attributes = Object.freeze({ ...this.attributes, old_state, new_state })
      this.#seriesAttributes.set(transition, attributes)
    }
    return attributes
  }
}

function keysOf<Key extends string>(record: Record<Key, unknown>): readonly Key[] {
  return Object.keys(record) as Key[]
}
