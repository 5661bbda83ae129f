import type { CallEvent, CircuitHandle, Signal } from '@fluxgate/core'

export type CallOutcome = CallEvent['outcome']

/** The calls with one outcome. */
export class OutcomeCounts {
  calls = 0
  /** The number of timed calls in each bucket, not cumulated; the last one is above all bounds. */
  buckets: number[] | undefined
  timedCalls = 0
  sumSeconds = 0

  resetDurations(): void {
    this.buckets = undefined
    this.timedCalls = 0
    this.sumSeconds = 0
  }
}

/** What the calls and transitions behind one set of labels add up to. */
export class CircuitCounts {
  readonly labels: Readonly<Record<string, string>>
  /** The labels as in a scrape: `circuit_name="payments",service="checkout"`. */
  readonly labelText: string
  /** The circuits with these labels. One that is attached twice must be detached twice. */
  readonly circuits = new Map<CircuitHandle, number>()
  // Created by the first call of the outcome. Fields, because a lookup by name would double the cost.
  #success: OutcomeCounts | undefined
  #failure: OutcomeCounts | undefined
  #ignored: OutcomeCounts | undefined
  #aborted: OutcomeCounts | undefined
  #rejected: OutcomeCounts | undefined
  /** By `old_state->new_state`. Transitions that never happened are left out. */
  transitions: Map<string, number> | undefined
  shadowTrips = 0

  constructor(labels: Readonly<Record<string, string>>) {
    this.labels = labels
    this.labelText = labelTextOf(labels)
  }

  /** @returns undefined when there was no call with this outcome */
  of(outcome: CallOutcome): OutcomeCounts | undefined {
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

  /** @param bounds the upper bounds of the buckets in seconds, ascending */
  countCall(outcome: CallOutcome, durationMs: number | undefined, bounds: readonly number[]): void {
    const counts = this.of(outcome) ?? this.#create(outcome)
    counts.calls++
    if (outcome === 'rejected' || durationMs === undefined) return
    counts.buckets ??= bounds.map(() => 0).concat(0)
    const { buckets } = counts
    const seconds = durationMs / 1_000
    let bucket = 0
    while (seconds > (bounds[bucket] ?? Number.POSITIVE_INFINITY)) bucket++
    buckets[bucket] = (buckets[bucket] as number) + 1
    counts.timedCalls++
    counts.sumSeconds += seconds
  }

  countSignal({ cause, oldState, newState }: Signal): void {
    if (cause === 'shadow') {
      this.shadowTrips++
      return
    }
    this.transitions ??= new Map()
    const transition = `${oldState}->${newState}`
    this.transitions.set(transition, (this.transitions.get(transition) ?? 0) + 1)
  }

  resetCalls(): void {
    for (const counts of this.#outcomes()) counts.calls = 0
  }

  resetDurations(): void {
    for (const counts of this.#outcomes()) counts.resetDurations()
  }

  #create(outcome: CallOutcome): OutcomeCounts {
    const counts = new OutcomeCounts()
    if (outcome === 'success') this.#success = counts
    else if (outcome === 'failure') this.#failure = counts
    else if (outcome === 'ignored') this.#ignored = counts
    else if (outcome === 'aborted') this.#aborted = counts
    else this.#rejected = counts
    return counts
  }

  #outcomes(): OutcomeCounts[] {
    const all = [this.#success, this.#failure, this.#ignored, this.#aborted, this.#rejected]
    return all.filter((counts) => counts !== undefined)
  }
}

/** Labels in the text format of Prometheus: `a="1",b="2"`. */
export function labelTextOf(labels: Readonly<Record<string, string | number>>): string {
  return Object.entries(labels)
    .map(([name, value]) => `${name}="${escapeValue(String(value))}"`)
    .join(',')
}

function escapeValue(value: string): string {
  return value.replaceAll('\\', '\\\\').replaceAll('\n', '\\n').replaceAll('"', '\\"')
}
