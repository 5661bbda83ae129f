import type { CircuitHandle, State } from '@fluxgate/core'

/** The label that all circuits beyond the limit share. */
export const OTHER = '__other__'

/**
 * The circuits behind each value of the label `circuit_name`.
 *
 * Circuits of one name share a label. Beyond a limit all circuits share {@link OTHER}, which bounds
 * the number of series.
 */
export class CircuitLabels {
  // A circuit that is added twice must be removed twice.
  readonly #circuits = new Map<string, Map<CircuitHandle, number>>()

  /** Returns the label of the circuit. */
  add(circuit: CircuitHandle, maxCircuits: number): string {
    const label =
      this.#circuits.has(circuit.name) || this.#size() < maxCircuits ? circuit.name : OTHER
    const circuits = this.#circuits.get(label) ?? new Map<CircuitHandle, number>()
    circuits.set(circuit, (circuits.get(circuit) ?? 0) + 1)
    this.#circuits.set(label, circuits)
    return label
  }

  /** Returns true when the label has lost its last circuit. */
  remove(circuit: CircuitHandle, label: string): boolean {
    const circuits = this.#circuits.get(label)
    const times = circuits?.get(circuit) ?? 0
    if (times > 1) circuits?.set(circuit, times - 1)
    else circuits?.delete(circuit)
    if (circuits?.size !== 0) return false
    this.#circuits.delete(label)
    return true
  }

  /** Events carry the name of their circuit only. */
  labelOf(circuitName: string): string {
    return this.#circuits.has(circuitName) ? circuitName : OTHER
  }

  /** The states of the circuits of each label: one, unless several circuits share the label. */
  *states(): Iterable<{ label: string; states: ReadonlySet<State> }> {
    for (const [label, circuits] of this.#circuits) {
      yield { label, states: new Set([...circuits.keys()].map(({ state }) => state)) }
    }
  }

  /** The rates of each label, over the windows of its circuits together. Labels without calls are left out. */
  *rates(): Iterable<Rates> {
    for (const [label, circuits] of this.#circuits) {
      const failed = new Ratio()
      const slow = new Map<string, Ratio>()
      for (const circuit of circuits.keys()) {
        const { metrics } = circuit.snapshot()
        if (metrics.total === 0) continue
        failed.add(metrics.failures, metrics.total)
        for (const [thresholdMs, count] of Object.entries(metrics.slow)) {
          const ratio = slow.get(thresholdMs) ?? new Ratio()
          slow.set(thresholdMs, ratio.add(count, metrics.total))
        }
      }
      if (failed.total > 0) yield { label, failed, slow }
    }
  }

  #size(): number {
    return this.#circuits.size - (this.#circuits.has(OTHER) ? 1 : 0)
  }
}

class Ratio {
  count = 0
  total = 0

  add(count: number, total: number): this {
    this.count += count
    this.total += total
    return this
  }

  get value(): number {
    return this.count / this.total
  }
}

interface Rates {
  readonly label: string
  readonly failed: Ratio
  /** By threshold in ms. */
  readonly slow: ReadonlyMap<string, Ratio>
}
