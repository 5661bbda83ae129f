import type { LoggedEvent } from '@fluxgate/core/devtools'
import { memo } from 'react'
import { addedCount } from '../../session/log-rows.ts'
import type { LogEntry } from '../../session/state.ts'
import { eventText } from '../text/event-text.ts'
import { counted } from '../text/measure-text.ts'
import { clockTime } from '../text/time-text.ts'
import { Icon, type IconName, StateIcon } from '../ui/icon.tsx'
import { MiddleTruncated } from '../ui/middle-truncated.tsx'

export interface LogRowProps {
  readonly id: string
  readonly entry: LogEntry
  /** The circuit's. */
  readonly label: string
  /** From 1. */
  readonly position: number
  readonly total: number
  readonly selected: boolean
  /** The page was reloaded directly before this entry. */
  readonly reloaded: boolean
  /** CSS pixels below the top of the log. */
  readonly top: number
  readonly height: number
  readonly onSelect: (entry: LogEntry) => void
}

const iconOf: Readonly<Record<Exclude<LoggedEvent['type'], 'signal'>, IconName>> = {
  command: 'command',
  'circuit-added': 'added',
  'circuit-removed': 'close',
}

export const LogRow = memo(function LogRow(props: LogRowProps) {
  const { id, entry, label, position, total, selected, reloaded, top, height, onSelect } = props
  const { event, timestamp } = entry
  const added = addedCount(entry)
  const { title, text } =
    added > 1 ? { title: 'added', text: counted(added, 'circuit') } : eventText(event)
  const isManual =
    event.type === 'command' || (event.type === 'signal' && event.signal.cause === 'manual')
  return (
    // biome-ignore lint/a11y/useKeyWithClickEvents: the list box handles focus and keys
    <div
      id={id}
      className="log-row"
      role="option"
      aria-selected={selected}
      aria-setsize={total}
      aria-posinset={position}
      data-reloaded={reloaded}
      tabIndex={-1}
      style={{ transform: `translateY(${top}px)`, height }}
      onClick={() => onSelect(entry)}
      title={text}
    >
      {reloaded && <span className="sr-only">After a reload:</span>}
      <time className="log-time" title={String(new Date(timestamp))}>
        {clockTime(timestamp, 1)}
      </time>
      <MiddleTruncated text={added > 1 ? `${label} …` : label} className="log-circuit" />
      <span className="log-title" title={title}>
        {event.type === 'signal' ? (
          <StateIcon state={event.signal.newState} />
        ) : (
          <span className="muted-icon">
            <Icon name={iconOf[event.type]} />
          </span>
        )}
        {title}
      </span>
      <span className="log-text">
        {isManual && event.type === 'signal' && (
          <span className="muted-icon" title="Manual transition">
            <Icon name="manual" />
          </span>
        )}
        {text}
        {event.type === 'signal' && event.by === 'devtools' && ', from the devtools'}
      </span>
    </div>
  )
})
