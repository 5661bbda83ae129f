import { eventText } from '../text/event-text.ts'
import { counted } from '../text/measure-text.ts'
import { clockTime, duration } from '../text/time-text.ts'
import { stateAppearance } from '../theme/state-appearance.ts'
import { StateIcon } from '../ui/icon.tsx'
import type { PointedAt } from './use-timeline-pointer.ts'

export interface TimelineTooltipProps {
  readonly at: PointedAt
  /** The label of the circuit. */
  readonly label: string | undefined
  /** The size of the timeline in CSS pixels. */
  readonly width: number
  readonly height: number
}

const TOOLTIP_WIDTH = 300
const TOOLTIP_HEIGHT = 76

/** A tooltip at the pointer. Hidden from assistive technology: the log has the same content. */
export function TimelineTooltip({ at: pointed, label, width, height }: TimelineTooltipProps) {
  const { x, y, at, row, interval, event } = pointed
  if (row === undefined || label === undefined) return null
  const left = Math.max(0, Math.min(x + 12, width - TOOLTIP_WIDTH))
  const top = y + 18 + TOOLTIP_HEIGHT > height ? y - TOOLTIP_HEIGHT - 6 : y + 18
  return (
    <div className="tooltip" style={{ left, top }} aria-hidden="true">
      <div className="tooltip-head">
        <b dir="auto">{label}</b>
        <time>{clockTime(at, 1)}</time>
      </div>
      {interval?.state !== undefined && (
        <div className="tooltip-state">
          <StateIcon state={interval.state} />
          <span data-state={interval.state}>{stateAppearance[interval.state].label}</span>
          <span className="text-muted">
            {interval.to < row.until
              ? `for ${duration(interval.to - interval.from)}`
              : `since ${clockTime(interval.from)}`}
          </span>
        </div>
      )}
      {interval !== undefined && interval.lost > 0 && (
        <div className="text-muted">{counted(interval.lost, 'event')} lost</div>
      )}
      {event !== undefined && <div className="tooltip-event">{eventText(event).text}</div>}
    </div>
  )
}
