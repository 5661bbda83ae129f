import type { State } from '@fluxgate/core'
import type { CallOutcome } from './circuit-counts.ts'
import { fleetReachable, ratesOf, statesOf } from './circuit-labels.ts'
import { type MetricDefinition, type SeriesLabels, seriesLabels } from './scraped-metric.ts'

// Records, so that a new state or outcome is a type error here.
const STATES = keysOf<State>({
  closed: 0,
  open: 0,
  half_open: 0,
  metrics_only: 0,
  disabled: 0,
  forced_open: 0,
}).map((state) => ({ state, labels: seriesLabels({ state }) }))

const OUTCOMES = keysOf<CallOutcome>({
  success: 0,
  failure: 0,
  ignored: 0,
  aborted: 0,
  rejected: 0,
}).map((outcome) => ({ outcome, labels: seriesLabels({ outcome }) }))

/**
 * Transitions whose counters start at 0. `increase()` misses the first event of any other one.
 *
 * Manual transitions are left out: there are many pairs, and most circuits have none of them.
 */
const AUTOMATIC = ['closed->open', 'open->half_open', 'half_open->closed', 'half_open->open']

const ONLY_CIRCUIT = seriesLabels({})

const transitionLabels = (transition: string) => {
  const [old_state, new_state] = transition.split('->') as [State, State]
  return seriesLabels({ old_state, new_state })
}
const AUTOMATIC_LABELS = new Map(AUTOMATIC.map((each) => [each, transitionLabels(each)]))

/** The label names that the metrics use. Extra labels must have other names. */
export const LABEL_NAMES = [
  'circuit_name',
  'state',
  'old_state',
  'new_state',
  'outcome',
  'threshold',
  'le',
]

/** The metrics in the order of a scrape. @param bounds upper bounds of the durations in seconds */
export function metricDefinitions(bounds: readonly number[]): readonly MetricDefinition[] {
  const durationLabels = OUTCOMES.map(({ outcome, labels }) => ({
    outcome,
    labels,
    buckets: [...bounds, '+Inf'].map((le) => seriesLabels({ outcome }, le)),
  }))
  return [
    {
      name: 'state',
      help: 'Whether the circuit is in the state: 1 or 0.',
      type: 'gauge',
      aggregator: 'max',
      labelNames: ['state'],
      read(counts, emit) {
        const states = statesOf(counts)
        for (const { state, labels } of STATES) emit('', labels, states.has(state) ? 1 : 0)
      },
    },
    {
      name: 'state_transition_total',
      help: 'State transitions.',
      type: 'counter',
      aggregator: 'sum',
      labelNames: ['old_state', 'new_state'],
      read({ transitions }, emit) {
        for (const [each, labels] of AUTOMATIC_LABELS) emit('', labels, transitions?.get(each) ?? 0)
        for (const [each, count] of transitions ?? []) {
          if (!AUTOMATIC_LABELS.has(each)) emit('', transitionLabels(each), count)
        }
      },
      reset(counts) {
        counts.transitions = undefined
      },
    },
    {
      name: 'shadow_trips_total',
      help: 'Times a circuit in metrics_only would have opened.',
      type: 'counter',
      aggregator: 'sum',
      // Stryker disable next-line ArrayDeclaration: no default label can have the name that it adds
      labelNames: [],
      read: ({ shadowTrips }, emit) => emit('', ONLY_CIRCUIT, shadowTrips),
      reset(counts) {
        counts.shadowTrips = 0
      },
    },
    {
      name: 'calls_total',
      help: 'Calls by outcome.',
      type: 'counter',
      aggregator: 'sum',
      labelNames: ['outcome'],
      read(counts, emit) {
        for (const { outcome, labels } of OUTCOMES) emit('', labels, counts.of(outcome)?.calls ?? 0)
      },
      reset: (counts) => counts.resetCalls(),
    },
    {
      name: 'call_duration_seconds',
      help: 'Duration of admitted calls.',
      type: 'histogram',
      aggregator: 'sum',
      labelNames: ['outcome', 'le'],
      read(counts, emit) {
        for (const { outcome, labels, buckets } of durationLabels) {
          const ofOutcome = counts.of(outcome)
          if (ofOutcome?.buckets === undefined) continue
          let cumulated = 0
          for (const [i, count] of ofOutcome.buckets.entries()) {
            cumulated += count
            emit('_bucket', buckets[i] as SeriesLabels, cumulated)
          }
          emit('_sum', labels, ofOutcome.sumSeconds)
          emit('_count', labels, ofOutcome.timedCalls)
        }
      },
      reset: (counts) => counts.resetDurations(),
    },
    {
      name: 'failure_rate',
      help: 'Failure rate of the calls in the window, 0 to 1; absent without calls.',
      type: 'gauge',
      aggregator: 'average',
      // Stryker disable next-line ArrayDeclaration: no default label can have the name that it adds
      labelNames: [],
      read(counts, emit) {
        const { failed } = ratesOf(counts)
        if (failed !== undefined) emit('', ONLY_CIRCUIT, failed)
      },
    },
    {
      name: 'slow_rate',
      help: 'Share of the calls in the window that took at least the threshold (ms) of a rule, 0 to 1; absent without calls.',
      type: 'gauge',
      aggregator: 'average',
      labelNames: ['threshold'],
      read(counts, emit) {
        for (const [threshold, rate] of ratesOf(counts).slow) {
          emit('', seriesLabels({ threshold }), rate)
        }
      },
    },
    {
      name: 'fleet_reachable',
      help: 'Whether the store of the shared circuit answers: 1 or 0; absent for other circuits.',
      type: 'gauge',
      aggregator: 'min',
      // Stryker disable next-line ArrayDeclaration: no default label can have the name that it adds
      labelNames: [],
      read(counts, emit) {
        const reachable = fleetReachable(counts)
        if (reachable !== undefined) emit('', ONLY_CIRCUIT, reachable ? 1 : 0)
      },
    },
  ]
}

function keysOf<Key extends string>(record: Record<Key, unknown>): readonly Key[] {
  return Object.keys(record) as Key[]
}
