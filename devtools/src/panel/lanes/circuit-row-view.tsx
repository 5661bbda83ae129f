import type { RuleReport } from '@fluxgate/core'
import { memo } from 'react'
import { type CircuitRow, qualifiedLabel } from '../../session/circuit-rows.ts'
import type { Circuit } from '../../session/state.ts'
import { leavesOf, ThresholdBar } from '../rule/rule-tree.tsx'
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

/** A circuit in the list: state, failure rate against its threshold, trips, time to the next probe. */
export const CircuitRowView = memo(function CircuitRowView(props: CircuitRowViewProps) {
  const { id, row, position, total, selected, top, onSelect } = props
  const { circuit, label, live } = row
  const { state, trips, retryAt } = circuit
  const rate = rateOf(circuit)
  return (
    // biome-ignore lint/a11y/useKeyWithClickEvents: the list it is in has the focus and the keys
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
        {live ? stateAppearance[state].word : 'gone'}
        {live && state === 'open' && (
          <span className="circuit-countdown">
            <Countdown until={retryAt} />
          </span>
        )}
      </span>
      {rate === undefined ? (
        <span className="circuit-rate" />
      ) : (
        <span className="circuit-rate" title={`${rate.rule}, threshold ${limit(rate)}`}>
          <ThresholdBar report={rate} />
          <span className="sr-only">{rate.rule} </span>
          <span className="number">
            {rate.actual === undefined ? '–' : measure(rate.actual, rate.unit)}
          </span>
          <span className="sr-only"> of {limit(rate)}</span>
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

/** The failure rate's leaf of the rule; of a rule without one, the leaf that is nearest to be met. */
function rateOf({ metrics }: Circuit): RuleReport | undefined {
  const report = metrics.at(-1)?.report
  if (report === undefined) return undefined
  const all = leavesOf(report).filter(({ threshold }) => threshold !== undefined)
  // that there were enough calls says nothing of how they went
  const telling = all.filter(({ rule }) => rule !== 'requests')
  const nearness = ({ actual = 0, threshold = 0 }: RuleReport) => actual / threshold
  return (
    all.find(({ rule }) => rule === 'failure rate') ??
    (telling.length > 0 ? telling : all).reduce<RuleReport | undefined>(
      (best, leaf) => (best === undefined || nearness(leaf) > nearness(best) ? leaf : best),
      undefined,
    )
  )
}
