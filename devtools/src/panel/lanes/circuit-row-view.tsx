import type { RuleReport } from '@fluxgate/core'
import { memo } from 'react'
import { type CircuitRow, qualifiedLabel } from '../../session/circuit-rows.ts'
import { conditionText, trippedCondition, watchedCondition } from '../rule/condition-text.ts'
import { ThresholdBar } from '../rule/threshold-bar.tsx'
import { count, counted, measure } from '../text/measure-text.ts'
import { clockTime } from '../text/time-text.ts'
import { stateAppearance } from '../theme/state-appearance.ts'
import { Countdown, Elapsed } from '../ui/countdown.tsx'
import { StateIcon } from '../ui/icon.tsx'
import { MiddleTruncated } from '../ui/middle-truncated.tsx'

export interface CircuitRowViewProps {
  readonly id: string
  readonly row: CircuitRow
  /** From 1. */
  readonly position: number
  readonly total: number
  readonly selected: boolean
  /** CSS pixels below the top of the list. */
  readonly top: number
  readonly height: number
  readonly onSelect: (row: CircuitRow) => void
}

/** A circuit in the list. Its cells are in the order of the column headings. */
export const CircuitRowView = memo(function CircuitRowView(props: CircuitRowViewProps) {
  const { id, row, position, total, selected, top, height, onSelect } = props
  const { circuit, label, live, downtime } = row
  const { state, trips, retryAt, metrics } = circuit
  const measured = metrics.at(-1)
  return (
    // biome-ignore lint/a11y/useKeyWithClickEvents: the list box handles focus and keys
    <div
      id={id}
      className="circuit-row"
      role="option"
      aria-selected={selected}
      aria-setsize={total}
      aria-posinset={position}
      data-live={live}
      tabIndex={-1}
      style={{ transform: `translateY(${top}px)`, height }}
      onClick={() => onSelect(row)}
      title={qualifiedLabel(row)}
    >
      <StateIcon state={state} />
      <MiddleTruncated text={label} className="circuit-name" />
      <span className="circuit-state" data-state={state}>
        {live ? stateAppearance[state].label : 'removed'}
      </span>
      <span className="circuit-down">
        {downtime && (
          <span title={`Down since ${clockTime(downtime.from)}`}>
            <span className="sr-only"> for </span>
            <Elapsed since={downtime.from} />
          </span>
        )}
      </span>
      <span className="circuit-tripped" data-state={downtime && 'open'}>
        {downtime && <TrippedAt report={downtime.trip?.signal.report} />}
      </span>
      <span className="circuit-now">
        {measured && (state === 'open' ? 'no calls' : <Watched report={measured.report} />)}
      </span>
      <span className="circuit-probe">
        {live && state === 'open' && (
          <>
            <span className="probe-label">probe </span>
            <Countdown until={retryAt} />
          </>
        )}
      </span>
      <span className="circuit-trips" title={`Opened ${counted(trips, 'time')}`}>
        {trips > 0 && (
          <>
            {count(trips)}
            <span aria-hidden="true">×</span>
            <span className="sr-only"> {trips === 1 ? 'trip' : 'trips'}</span>
          </>
        )}
      </span>
    </div>
  )
})

/** The value that tripped the circuit. */
function TrippedAt({ report }: { report: RuleReport | undefined }) {
  if (report === undefined) return 'manually'
  const condition = trippedCondition(report)
  if (condition === undefined) return report.rule
  return (
    <span title={`${condition.rule}, threshold ${limit(condition)}`}>
      {conditionText(condition)}
    </span>
  )
}

/** The present value of the condition to watch, with its threshold. */
function Watched({ report }: { report: RuleReport }) {
  const condition = watchedCondition(report)
  if (condition === undefined) return null
  return (
    <span className="circuit-rate" title={`${condition.rule}, threshold ${limit(condition)}`}>
      <ThresholdBar report={condition} />
      <span className="number">{conditionText(condition)}</span>
      <span className="sr-only"> of {limit(condition)}</span>
    </span>
  )
}

const limit = ({ threshold = 0, unit }: RuleReport) => measure(threshold, unit)
