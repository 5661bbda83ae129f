import type { Metrics, Signal, State } from '@fluxgate/core'
import type { CircuitRow } from '../../session/circuit-rows.ts'
import { stateAt } from '../../session/lane.ts'
import { metricsAt, transitionAt } from '../../session/moment.ts'
import type { Circuit, LogEntry } from '../../session/state.ts'
import { tripForecast } from '../../session/trip-forecast.ts'
import { useSelected } from '../context/session-context.tsx'
import { RuleTree } from '../rule/rule-tree.tsx'
import { eventText } from '../text/event-text.ts'
import { fleetText } from '../text/fleet-text.ts'
import { count, counted, milliseconds, percent } from '../text/measure-text.ts'
import { clockTime } from '../text/time-text.ts'
import { stateAppearance } from '../theme/state-appearance.ts'
import { Elapsed, NextProbe } from '../ui/countdown.tsx'
import { StateIcon } from '../ui/icon.tsx'

/**
 * Explains the state of a circuit: the selected log entry, the selected moment, or the current state
 * and what would change it.
 */
export function Why({ row }: { row: CircuitRow }) {
  const entry = useSelected(({ view }) => view.entry)
  const moment = useSelected(({ view }) => view.moment)
  if (entry?.circuitKey === row.key) return <WhyEntry entry={entry} />
  if (moment !== undefined) return <WhyMoment circuit={row.circuit} moment={moment} />
  return <WhyNow row={row} />
}

function WhyEntry({ entry }: { entry: LogEntry }) {
  const { event } = entry
  const { title, text } = eventText(event)
  const signal: Signal | undefined = event.type === 'signal' ? event.signal : undefined
  return (
    <div className="why">
      <p className="why-sentence">
        {signal && <StateIcon state={signal.newState} />}
        <b>{title}</b>
        <span>{signal ? reasonText(signal) : text}</span>
      </p>
      {signal?.report && <RuleTree report={signal.report} />}
      {signal && <WindowMetrics metrics={signal.metrics} label="The window just before" />}
    </div>
  )
}

/** The reason of a manual transition is a sentence of its own. */
function reasonText({ cause, reason }: Signal): string {
  return cause === 'manual' ? reason : `because ${reason}`
}

function WhyMoment({ circuit, moment }: { circuit: Circuit; moment: number }) {
  const measured = metricsAt(circuit.metrics, moment)
  const state = stateAt(circuit, moment)
  const transition = transitionAt(circuit, moment)?.signal
  return (
    <div className="why">
      {state === undefined ? (
        <p className="note">Its state at that moment is unknown.</p>
      ) : (
        <StateSentence
          state={state}
          transition={transition}
          since={circuit.added?.snapshot.since}
          precisionMs={1}
        />
      )}
      {measured === undefined ? (
        <p className="note">Its metrics were not measured yet at that moment.</p>
      ) : (
        <>
          <RuleTree report={measured.report} />
          <WindowMetrics
            metrics={measured.snapshot.metrics}
            label={`The window at ${clockTime(measured.timestamp, 1)}`}
          />
        </>
      )}
    </div>
  )
}

function WhyNow({ row }: { row: CircuitRow }) {
  const { circuit, live, downtime } = row
  const isFile = useSelected(({ source }) => source === 'file')
  const last = circuit.metrics.at(-1)
  const transition = circuit.lastTransition?.signal
  // why it went down, not why its last probe failed
  const shown = downtime?.trip?.signal ?? transition
  return (
    <div className="why">
      <StateSentence state={circuit.state} transition={shown} since={circuit.since} />
      {live && <NextStep row={row} />}
      {live && last?.snapshot.fleet && (
        <p className="note">{fleetText(last.snapshot.fleet, circuit.state)}</p>
      )}
      {downtime !== undefined && shown?.report ? (
        <>
          <RuleTree report={shown.report} />
          <WindowMetrics metrics={shown.metrics} label="The window just before it opened" />
        </>
      ) : (
        last !== undefined && (
          <>
            <RuleTree report={last.report} />
            <WindowMetrics metrics={last.snapshot.metrics} label="The window now" />
          </>
        )
      )}
      {last === undefined && (
        <p className="note">
          {live && !isFile ? 'Waiting for its metrics …' : 'Its metrics were never measured.'}
        </p>
      )}
    </div>
  )
}

interface StateSentenceProps {
  readonly state: State
  /** The transition into the state. Absent for the initial state. */
  readonly transition: Signal | undefined
  /** Start of the state, Unix ms. */
  readonly since: number | undefined
  readonly precisionMs?: number
}

/** A state with its start and its reason. */
function StateSentence({ state, transition, since, precisionMs }: StateSentenceProps) {
  const from = transition?.timestamp ?? since
  return (
    <p className="why-sentence">
      <StateIcon state={state} />
      <b>{stateAppearance[state].label}</b>
      {from !== undefined && (
        <span>
          {state === 'half_open' && precisionMs === undefined && 'down '}since{' '}
          {clockTime(from, precisionMs)}
          {precisionMs === undefined && (
            <>
              {' '}
              (<Elapsed since={from} />)
            </>
          )}
          , {transition ? reasonText(transition) : 'its initial state'}
        </span>
      )}
    </p>
  )
}

/** The next transition, and what it takes. */
function NextStep({ row: { circuit, downtime } }: { row: CircuitRow }) {
  const { state, retryAt, metrics, added } = circuit
  const last = metrics.at(-1)
  if (state === 'open') {
    return (
      <p className="next-step">
        <b>
          <NextProbe until={retryAt} />
        </b>
        {downtime !== undefined && downtime.failedProbes > 0 && (
          <>
            {' '}
            {counted(downtime.failedProbes, 'probe')} failed, the last one at{' '}
            {clockTime(circuit.since)}.
          </>
        )}
      </p>
    )
  }
  if (state === 'half_open' && added !== undefined && last?.snapshot.state === 'half_open') {
    const { total, failures } = last.snapshot.metrics
    return (
      <p className="next-step">
        Probing since {clockTime(circuit.since)}:{' '}
        <b>
          {count(total - failures)} of {counted(added.config.probes, 'probe')} succeeded
        </b>
        {failures > 0 && `, ${count(failures)} failed`}.
      </p>
    )
  }
  if (last === undefined || last.snapshot.state !== state || !evaluatesRule[state]) return null
  const forecast = tripForecast(last.report, last.snapshot.metrics, added?.config.window)
  if (forecast === undefined) {
    return last.report.met ? <p className="next-step">The rule is true now.</p> : null
  }
  const verb = state === 'metrics_only' ? 'Would open' : 'Opens'
  return (
    <p className="next-step">
      {verb} after <b>{forecast.text}</b>
    </p>
  )
}

/** The states in which the rule is evaluated after each call. */
const evaluatesRule: Readonly<Record<State, boolean>> = {
  closed: true,
  half_open: true,
  metrics_only: true,
  open: false,
  forced_open: false,
  disabled: false,
}

function WindowMetrics({ metrics, label }: { metrics: Metrics; label: string }) {
  const { total, failures, failureRate, avgDurationMs, failureStreak, slow } = metrics
  const entries: readonly (readonly [string, string])[] = [
    ['calls', count(total)],
    ['failures', count(failures)],
    ['failure rate', failureRate === undefined ? '–' : percent(failureRate)],
    ['failure streak', count(failureStreak)],
    ['average duration', avgDurationMs === undefined ? '–' : milliseconds(avgDurationMs)],
    ...Object.entries(slow).map(
      ([ms, slowCalls]) => [`calls ≥ ${milliseconds(Number(ms))}`, count(slowCalls)] as const,
    ),
  ]
  return (
    <section className="window" aria-label={label}>
      <h3>{label}</h3>
      <dl>
        {entries.map(([term, value]) => (
          <div key={term}>
            <dt>{term}</dt>
            <dd>{value}</dd>
          </div>
        ))}
      </dl>
    </section>
  )
}
