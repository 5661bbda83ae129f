import type { CircuitHandle, State } from '@fluxgate/core'
import { CountedEvents } from '../counted-events.ts'
import { CircuitCounts } from './circuit-counts.ts'

/** The value of `circuit_name` that all circuits beyond the limit share. */
export const OTHER = '__other__'

/**
 * The counts behind each value of the label `circuit_name`, for one set of extra labels.
 *
 * Circuits of one name share a label. Beyond a limit circuits share {@link OTHER}, which bounds the
 * number of series. A circuit of `registry.define()` takes the label of one that was made on demand:
 * names that come from outside must not displace the ones that an operator chose.
 */
export class CircuitLabels {
  readonly #extra: Readonly<Record<string, string>>
  readonly #counts = new Map<string, CircuitCounts>()
  readonly #countedEvents = new CountedEvents()
  // what countsOf() found last, until a label is added or removed
  #lastName: string | undefined
  #lastCounts: CircuitCounts | undefined

  constructor(extra: Readonly<Record<string, string>>) {
    this.#extra = extra
  }

  /** Returns true when a circuit now shares {@link OTHER} because of the limit. */
  add(circuit: CircuitHandle, maxCircuits: number): boolean {
    const { name } = circuit
    this.#lastName = undefined
    const full = !this.#counts.has(name) && name !== OTHER && this.#size() >= maxCircuits
    const hasFreedLabel = full && circuit.defined && this.#moveOneToOther()
    const counts = this.#countsFor(full && !hasFreedLabel ? OTHER : name)
    const times = counts.circuits.get(circuit) ?? 0
    counts.circuits.set(circuit, times + 1)
    this.#countedEvents.attach(circuit)
    return full
  }

  remove(circuit: CircuitHandle): void {
    this.#lastName = undefined
    const own = this.#counts.get(circuit.name)
    const label = own?.circuits.has(circuit) ? circuit.name : OTHER
    const circuits = this.#counts.get(label)?.circuits
    if (!circuits?.has(circuit)) return // it was removed before
    const times = circuits.get(circuit) as number
    if (times > 1) circuits.set(circuit, times - 1)
    else circuits.delete(circuit)
    if (circuits.size === 0) this.#counts.delete(label)
  }

  /** Events carry the name of their circuit only. */
  countsOf(circuitName: string): CircuitCounts | undefined {
    // Stryker disable next-line ConditionalExpression: an optimization; the map has the same counts
    if (circuitName === this.#lastName) return this.#lastCounts
    this.#lastName = circuitName
    this.#lastCounts = this.#counts.get(circuitName) ?? this.#counts.get(OTHER)
    return this.#lastCounts
  }

  isNew(event: object): boolean {
    return this.#countedEvents.isNew(event)
  }

  [Symbol.iterator](): Iterator<CircuitCounts> {
    return this.#counts.values()
  }

  #countsFor(label: string): CircuitCounts {
    let counts = this.#counts.get(label)
    if (counts === undefined) {
      counts = new CircuitCounts({ circuit_name: label, ...this.#extra })
      this.#counts.set(label, counts)
    }
    return counts
  }

  /** Takes the label from the newest circuits that were made on demand. */
  #moveOneToOther(): boolean {
    let found: [string, CircuitCounts] | undefined
    for (const entry of this.#counts) {
      const [label, { circuits }] = entry
      if (label !== OTHER && ![...circuits.keys()].some(({ defined }) => defined)) found = entry
    }
    if (found === undefined) return false
    const [label, { circuits }] = found
    this.#counts.delete(label)
    const other = this.#countsFor(OTHER)
    for (const [circuit, times] of circuits) other.circuits.set(circuit, times)
    return true
  }

  #size(): number {
    return this.#counts.size - (this.#counts.has(OTHER) ? 1 : 0)
  }
}

/** The states of the circuits: one, unless several circuits share the labels. */
export function statesOf({ circuits }: CircuitCounts): ReadonlySet<State> {
  const states = new Set<State>()
  for (const { state } of circuits.keys()) states.add(state)
  return states
}

/** Whether the stores of all shared circuits answer; undefined when no circuit is shared. */
export function fleetReachable({ circuits }: CircuitCounts): boolean | undefined {
  let reachable: boolean | undefined
  for (const circuit of circuits.keys()) {
    const { fleet } = circuit.snapshot()
    if (fleet !== undefined) reachable = fleet.reachable && reachable !== false
  }
  return reachable
}

/** Rates over the windows of the circuits together. */
export interface Rates {
  /** Undefined without calls. */
  readonly failed: number | undefined
  /** By threshold in ms. */
  readonly slow: ReadonlyMap<string, number>
}

export function ratesOf({ circuits }: CircuitCounts): Rates {
  let failures = 0
  let total = 0
  const slow = new Map<string, { count: number; total: number }>()
  for (const circuit of circuits.keys()) {
    const { metrics } = circuit.snapshot()
    if (metrics.total === 0) continue
    failures += metrics.failures
    total += metrics.total
    for (const [thresholdMs, count] of Object.entries(metrics.slow)) {
      const sums = slow.get(thresholdMs) ?? { count: 0, total: 0 }
      sums.count += count
      sums.total += metrics.total
      slow.set(thresholdMs, sums)
    }
  }
  return {
    failed: total > 0 ? failures / total : undefined,
    slow: new Map([...slow].map(([thresholdMs, sums]) => [thresholdMs, sums.count / sums.total])),
  }
}
