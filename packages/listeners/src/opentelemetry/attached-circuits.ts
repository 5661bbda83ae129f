import type { CircuitHandle } from '@fluxgate/core'
import { CountedEvents } from '../counted-events.ts'
import { type Attributes, CircuitSeries, type Observe } from './circuit-series.ts'

interface NamedSeries {
  readonly series: CircuitSeries
  /**
   * One for each subscription. Weak, because a circuit that is not disposed must not live as long as
   * the listener.
   */
  readonly subscriptions: Set<WeakRef<CircuitHandle>>
}

/** The circuits that a listener is attached to, by name. Circuits of one name share their series. */
export class AttachedCircuits {
  readonly #extra: Attributes
  readonly #named = new Map<string, NamedSeries>()
  /**
   * Series whose last circuit was detached, until their last values are observed. There are at most as
   * many as names at the last collection.
   */
  #ended: CircuitSeries[] = []
  readonly #countedEvents = new CountedEvents()
  // what seriesOf() found last, until a name is added or removed
  #lastName: string | undefined
  #lastSeries: CircuitSeries | undefined

  constructor(extra: Attributes) {
    this.#extra = extra
  }

  get empty(): boolean {
    return this.#named.size === 0
  }

  /** @returns a function that detaches the circuit; one that is attached twice must be detached twice */
  add(circuit: CircuitHandle): () => void {
    const { name } = circuit
    let named = this.#named.get(name)
    if (named === undefined) {
      named = { series: new CircuitSeries(name, this.#extra), subscriptions: new Set() }
      this.#named.set(name, named)
      this.#lastName = undefined
    }
    const { subscriptions } = named
    const subscription = new WeakRef(circuit)
    subscriptions.add(subscription)
    this.#countedEvents.attach(circuit)
    return () => {
      if (subscriptions.delete(subscription)) this.#endWithoutCircuits(name, named)
    }
  }

  /** Events carry the name of their circuit only. */
  seriesOf(circuitName: string): CircuitSeries | undefined {
    // Stryker disable next-line ConditionalExpression: an optimization; the map has the same series
    if (circuitName === this.#lastName) return this.#lastSeries
    this.#lastName = circuitName
    this.#lastSeries = this.#named.get(circuitName)?.series
    return this.#lastSeries
  }

  isNew(event: object): boolean {
    return this.#countedEvents.isNew(event)
  }

  observe(observe: Observe): void {
    this.#dropCollected()
    // first, because a circuit of the same name may have been attached since
    for (const series of this.#ended) series.observeEnd(observe)
    this.#ended = []
    for (const { series, subscriptions } of this.#named.values()) {
      // after dropCollected() a circuit cannot be collected before the current task ends
      const circuits = [...subscriptions].map((circuit) => circuit.deref() as CircuitHandle)
      series.observe(new Set(circuits), observe)
    }
  }

  #dropCollected(): void {
    for (const [name, named] of this.#named) {
      for (const circuit of named.subscriptions) {
        if (circuit.deref() === undefined) named.subscriptions.delete(circuit)
      }
      this.#endWithoutCircuits(name, named)
    }
  }

  #endWithoutCircuits(name: string, { subscriptions, series }: NamedSeries): void {
    if (subscriptions.size > 0) return
    this.#named.delete(name)
    this.#lastName = undefined
    this.#lastSeries = undefined
    if (series.observed) this.#ended.push(series)
  }
}
