import type { CallEvent, CircuitHandle, Signal } from '@fluxgate/core'

export type CallOutcome = CallEvent['outcome']

/** The durations of the calls with one outcome. */
export interface Durations {
  /** The number of calls in each bucket, not cumulated; the last one is above all bounds. */
  readonly buckets: number[]
  sumSeconds: number
  count: number
}

/** What the calls and transitions behind one set of labels add up to. */
export class CircuitCounts {
  readonly labels: Readonly<Record<string, string>>
  /** The labels as in a scrape: `circuit_name="payments",service="checkout"`. */
  readonly labelText: string
  /** The circuits with these labels. One that is attached twice must be detached twice. */
  readonly circuits = new Map<CircuitHandle, number>()
  calls!: Record<CallOutcome, number>
  /** By outcome. An outcome without calls has no durations. */
  durations!: Partial<Record<CallOutcome, Durations>>
  /** By `old_state->new_state`. Transitions that never happened are left out. */
  transitions!: Map<string, number> | undefined
  shadowTrips!: number

  constructor(labels: Readonly<Record<string, string>>) {
    this.labels = labels
    this.labelText = labelTextOf(labels)
    this.resetCalls()
    this.resetDurations()
    this.resetTransitions()
    this.resetShadowTrips()
  }

  resetCalls(): void {
    this.calls = { success: 0, failure: 0, ignored: 0, aborted: 0, rejected: 0 }
  }

  resetDurations(): void {
    this.durations = {}
  }

  resetTransitions(): void {
    this.transitions = undefined
  }

  resetShadowTrips(): void {
    this.shadowTrips = 0
  }

  /** @param bounds the upper bounds of the buckets in seconds, ascending */
  countCall(outcome: CallOutcome, durationMs: number | undefined, bounds: readonly number[]): void {
    this.calls[outcome]++
    if (outcome === 'rejected' || durationMs === undefined) return
    let durations = this.durations[outcome]
    if (durations === undefined) {
      durations = { buckets: Array(bounds.length + 1).fill(0), sumSeconds: 0, count: 0 }
      this.durations[outcome] = durations
    }
    const seconds = durationMs / 1_000
    let bucket = 0
    while (bucket < bounds.length && seconds > (bounds[bucket] as number)) bucket++
    ;(durations.buckets[bucket] as number)++
    durations.sumSeconds += seconds
    durations.count++
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
