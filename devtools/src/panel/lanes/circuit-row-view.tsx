import type { RuleReport } from '@fluxgate/core'
import { memo } from 'react'
import { type CircuitRow, qualifiedLabel } from '../../session/circuit-rows.ts'
import type { Circuit } from '../../session/state.ts'
import { ruleLeaves } from '../rule/rule-leaves.ts'
import { ThresholdBar } from '../rule/threshold-bar.tsx'
import { count, counted, measure } from '../text/measure-text.ts'
import { stateAppearance } from '../theme/state-appearance.ts'
import { Countdown } from '../ui/countdown.tsx'
import { StateIcon } from '../ui/icon.tsx'

export interface CircuitRowViewProps {
  readonly id: string
  readonly row: CircuitRow
  /** From 1. */
  readonly position: number
  readonly total: number
  readonly selected: boolean
  /** CSS pixels below the top of the list. */
  readonly top: number
  readonly onSelect: (row: CircuitRow) => void
}

/** A circuit in the list: its state, main condition, number of trips and time to the next probe. */
export const CircuitRowView = memo(function CircuitRowView(props: CircuitRowViewProps) {
  const { id, row, position, total, selected, top, onSelect } = props
  const { circuit, label, live } = row
  const { state, trips, retryAt } = circuit
  const condition = mainCondition(circuit)
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
      style={{ transform: `translateY(${top}px)` }}
      onClick={() => onSelect(row)}
      title={qualifiedLabel(row)}
    >
      <StateIcon state={state} />
      <span className="circuit-name">{label}</span>
      <span className="circuit-word" data-state={state}>
        {live ? stateAppearance[state].label : 'removed'}
        {live && state === 'open' && (
          <span className="circuit-countdown">
            <Countdown until={retryAt} />
          </span>
        )}
      </span>
      {condition === undefined ? (
        <span className="circuit-rate" />
      ) : (
        <span className="circuit-rate" title={`${condition.rule}, threshold ${limit(condition)}`}>
          <ThresholdBar report={condition} />
          <span className="sr-only">{condition.rule} </span>
          <span className="number">
            {condition.actual === undefined ? '–' : measure(condition.actual, condition.unit)}
          </span>
          <span className="sr-only"> of {limit(condition)}</span>
        </span>
      )}
      <span className="circuit-trips" title={`Tripped ${counted(trips, 'time')}`}>
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

const limit = ({ threshold = 0, unit }: RuleReport) => measure(threshold, unit)

/** The condition that the row shows: the failure rate, else the one that is nearest to being met. */
function mainCondition({ metrics }: Circuit): RuleReport | undefined {
  const report = metrics.at(-1)?.report
  if (report === undefined) return undefined
  const conditions = ruleLeaves(report).filter(({ threshold }) => threshold !== undefined)
  const failureRate = conditions.find(({ type }) => type === 'failureRate')
  if (failureRate !== undefined) return failureRate
  // the number of calls alone is no sign of trouble
  const preferred = conditions.filter(({ type }) => type !== 'minRequests')
  const candidates = preferred.length > 0 ? preferred : conditions
  const progress = ({ actual = 0, threshold = 0 }: RuleReport) => actual / threshold
  return [...candidates].sort((a, b) => progress(b) - progress(a))[0]
}
