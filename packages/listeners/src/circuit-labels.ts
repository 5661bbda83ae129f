import type { CircuitBreaker, State } from '@fluxgate/core'

/** The label of every circuit beyond the limit. */
export const OTHER = '__other__'

/**
 * Which circuits stand behind which value of the label `circuit_name`: all of one name share it, and
 * beyond a limit all share {@link OTHER}, so that the number of series has an end.
 */
export class CircuitLabels {
  // a circuit that joined twice has to leave twice
  readonly #members = new Map<string, Map<CircuitBreaker, number>>()

  /** The label that it has from now on. */
  join(circuit: CircuitBreaker, maxCircuits: number): string {
    const label =
      this.#members.has(circuit.name) || this.#size() < maxCircuits ? circuit.name : OTHER
    const members = this.#members.get(label) ?? new Map<CircuitBreaker, number>()
    members.set(circuit, (members.get(circuit) ?? 0) + 1)
    this.#members.set(label, members)
    return label
  }

  /** True when no circuit has the label any more. */
  leave(circuit: CircuitBreaker, label: string): boolean {
    const members = this.#members.get(label)
    const times = members?.get(circuit) ?? 0
    if (times > 1) members?.set(circuit, times - 1)
    else members?.delete(circuit)
    if (members?.size !== 0) return false
    this.#members.delete(label)
    return true
  }

  /** The label of a circuit that is known by its name only. */
  of(circuitName: string): string {
    return this.#members.has(circuitName) ? circuitName : OTHER
  }

  /** For each label the states that its circuits are in: one state, unless several share it. */
  *states(): Iterable<{ label: string; states: ReadonlySet<State> }> {
    for (const [label, members] of this.#members) {
      yield { label, states: new Set([...members.keys()].map(({ state }) => state)) }
    }
  }

  /** For each label the rates over the windows of its circuits together; none without calls. */
  *rates(): Iterable<Rates> {
    for (const [label, members] of this.#members) {
      const failed = new Ratio()
      const slow = new Map<string, Ratio>()
      for (const circuit of members.keys()) {
        const { metrics } = circuit.snapshot()
        if (metrics.total === 0) continue
        failed.add(metrics.failures, metrics.total)
        for (const [thresholdMs, count] of Object.entries(metrics.slow)) {
          const share = slow.get(thresholdMs) ?? new Ratio()
          slow.set(thresholdMs, share.add(count, metrics.total))
        }
      }
      if (failed.of > 0) yield { label, failed, slow }
    }
  }

  #size(): number {
    return this.#members.size - (this.#members.has(OTHER) ? 1 : 0)
  }
}

/** So many calls of so many. */
class Ratio {
  count = 0
  of = 0

  add(count: number, of: number): this {
    this.count += count
    this.of += of
    return this
  }

  get ratio(): number {
    return this.count / this.of
  }
}

interface Rates {
  readonly label: string
  readonly failed: Ratio
  /** By threshold in ms. */
  readonly slow: ReadonlyMap<string, Ratio>
}
