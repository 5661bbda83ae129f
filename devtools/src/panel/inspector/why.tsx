import type { Metrics, Signal, State } from '@fluxgate/core'
import type { CircuitRow } from '../../session/circuit-rows.ts'
import { stateAt } from '../../session/lane.ts'
import { metricsAt, transitionAt } from '../../session/moment.ts'
import type { Circuit, LogEntry } from '../../session/state.ts'
import { tripForecast } from '../../session/trip-forecast.ts'
import { useSelected, useSession } from '../context/session-context.tsx'
import { RuleTree } from '../rule/rule-tree.tsx'
import { eventText } from '../text/event-text.ts'
import { count, milliseconds, percent } from '../text/measure-text.ts'
import { clockTime } from '../text/time-text.ts'
import { stateAppearance } from '../theme/state-appearance.ts'
import { Countdown } from '../ui/countdown.tsx'
import { StateIcon } from '../ui/icon.tsx'

/** Why a circuit moved, at the moment that is looked at; or, now, what it would take to move it. */
export function Why({ row }: { row: CircuitRow }) {
  const entry = useSelected(({ view }) => view.entry)
  const moment = useSelected(({ view }) => view.moment)
  if (entry?.circuitKey === row.key) return <WhyThen entry={entry} />
  if (moment !== undefined) return <WhyAt circuit={row.circuit} moment={moment} />
  return <WhyNow row={row} />
}

function WhyThen({ entry }: { entry: LogEntry }) {
  const { event } = entry
  const { title, text } = eventText(event)
  const signal: Signal | undefined = event.type === 'signal' ? event.signal : undefined
  return (
    <div className="why">
      <MomentHead moment={entry.timestamp} />
      <p className="why-sentence">
        {signal && <StateIcon state={signal.newState} />}
        <b>{title}</b>
        <span>{signal ? because(signal) : text}</span>
      </p>
      {signal?.report && <RuleTree report={signal.report} />}
      {signal && <Window metrics={signal.metrics} label="The window just before" />}
    </div>
  )
}

/** A move by hand says of itself that it is one. */
function because({ cause, reason }: Signal): string {
  return cause === 'manual' ? reason : `because ${reason}`
}

function WhyAt({ circuit, moment }: { circuit: Circuit; moment: number }) {
  const measured = metricsAt(circuit.metrics, moment)
  const state = stateAt(circuit, moment)
  const move = transitionAt(circuit, moment)?.signal
  return (
    <div className="why">
      <MomentHead moment={moment} />
      {state === undefined ? (
        <p className="note">Nothing is known of its state at that moment.</p>
      ) : (
        <Present state={state} move={move} since={circuit.added?.snapshot.since} exactMs={1} />
      )}
      {measured === undefined ? (
        <p className="note">Its metrics were not measured yet at that moment.</p>
      ) : (
        <>
          <RuleTree report={measured.report} />
          <Window
            metrics={measured.snapshot.metrics}
            label={`The window at ${clockTime(measured.timestamp, 1)}`}
          />
        </>
      )}
    </div>
  )
}

function WhyNow({ row }: { row: CircuitRow }) {
  const { circuit, live } = row
  const isFile = useSelected(({ source }) => source === 'file')
  const last = circuit.metrics.at(-1)
  const present = circuit.lastTransition?.signal
  return (
    <div className="why">
      <Present state={circuit.state} move={present} since={circuit.since} />
      {live && <NextStep circuit={circuit} />}
      {circuit.state === 'open' && present?.report ? (
        <>
          <RuleTree report={present.report} />
          <Window metrics={present.metrics} label="The window just before it opened" />
        </>
      ) : (
        last !== undefined && (
          <>
            <RuleTree report={last.report} />
            <Window metrics={last.snapshot.metrics} label="The window now" />
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

interface PresentProps {
  readonly state: State
  /** What brought it there; absent where it began so. */
  readonly move: Signal | undefined
  /** Unix ms at which it began. */
  readonly since: number | undefined
  readonly exactMs?: number
}

/** A state, since when, and why. */
function Present({ state, move, since, exactMs }: PresentProps) {
  const from = move?.timestamp ?? since
  return (
    <p className="why-sentence">
      <StateIcon state={state} />
      <b>{stateAppearance[state].word}</b>
      {from !== undefined && (
        <span>
          since {clockTime(from, exactMs)}, {move ? because(move) : 'from the start'}
        </span>
      )}
    </p>
  )
}

/** What comes next, and what it would take. */
function NextStep({ circuit }: { circuit: Circuit }) {
  const { state, retryAt, metrics, added } = circuit
  const last = metrics.at(-1)
  if (state === 'open') {
    return (
      <p className="outlook">
        Next probe: <Countdown until={retryAt} />
      </p>
    )
  }
  if (last === undefined || last.snapshot.state !== state || !judged.has(state)) return null
  const forecast = tripForecast(last.report, last.snapshot.metrics, added?.config.window)
  if (forecast === undefined) {
    return last.report.met ? <p className="outlook">The rule is true now.</p> : null
  }
  const verb = state === 'metrics_only' ? 'Would open' : 'Opens'
  return (
    <p className="outlook">
      {verb} after <b>{forecast.text}</b>
    </p>
  )
}

const judged = new Set<State>(['closed', 'half_open', 'metrics_only'])

function MomentHead({ moment }: { moment: number }) {
  const session = useSession()
  return (
    <div className="moment-head">
      <time title={String(new Date(moment))}>{clockTime(moment, 1)}</time>
      <button
        type="button"
        className="link-button"
        onClick={() =>
          session.dispatch({ type: 'set-view', change: { moment: undefined, entry: undefined } })
        }
      >
        Back to now
      </button>
    </div>
  )
}

function Window({ metrics, label }: { metrics: Metrics; label: string }) {
  const { total, failures, failureRate, avgDurationMs, failureStreak, slow } = metrics
  const facts: readonly (readonly [string, string])[] = [
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
        {facts.map(([term, value]) => (
          <div key={term}>
            <dt>{term}</dt>
            <dd>{value}</dd>
          </div>
        ))}
      </dl>
    </section>
  )
}
