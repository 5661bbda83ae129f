import type { CircuitHandle } from '@fluxgate/core'

/**
 * Finds events that were counted before. A circuit that is attached twice passes on the same event
 * object twice, and other events can come in between.
 */
export class CountedEvents {
  /** Every circuit that was attached. */
  readonly #circuits = new WeakSet<CircuitHandle>()
  /** Undefined until a circuit is attached again. */
  #events: WeakSet<object> | undefined

  /** Must be called for each attachment, before its events. */
  attach(circuit: CircuitHandle): void {
    // Stryker disable next-line ConditionalExpression: an optimization; other circuits emit an event once
    if (this.#circuits.has(circuit)) this.#events ??= new WeakSet()
    this.#circuits.add(circuit)
  }

  isNew(event: object): boolean {
    const events = this.#events
    if (events === undefined) return true
    const isNew = !events.has(event)
    events.add(event)
    return isNew
  }
}
