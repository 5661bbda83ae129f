import { circuitRows } from './circuit-rows.ts'
import { memo } from './memo.ts'
import type { Sequence } from './sequence.ts'
import type { CircuitKey, LogEntry, SessionState, Span } from './state.ts'

/**
 * The log entries of the listed circuits within the selected range. Returns the same object until
 * the result changes.
 */
export function logRows(state: SessionState): Sequence<LogEntry> {
  const rows = circuitRows(state)
  const all = rows.length === state.circuits.size
  return within(all ? state.log : ofCircuits(state.log, keysOf(rows)), state.view.selection)
}

/** The position of an entry in these rows; -1 when it is not among them. */
export function positionOf(rows: Sequence<LogEntry>, entry: LogEntry): number {
  const start = rows.search(({ timestamp }) => timestamp >= entry.timestamp)
  for (let position = start; position < rows.length; position++) {
    const row = rows.at(position)
    if (row === undefined || row.timestamp !== entry.timestamp) return -1
    if (row.event.seq === entry.event.seq && row.epochKey === entry.epochKey) return position
  }
  return -1
}

const keysOf = memo(
  (rows: readonly { readonly key: CircuitKey }[]): ReadonlySet<CircuitKey> =>
    new Set(rows.map(({ key }) => key)),
)

const ofCircuits = memo((log: Sequence<LogEntry>, keys: ReadonlySet<CircuitKey>) =>
  log.filter(({ circuitKey }) => keys.has(circuitKey)),
)

const within = memo((log: Sequence<LogEntry>, span: Span | undefined) => {
  if (span === undefined) return log
  return log.slice(
    log.search(({ timestamp }) => timestamp >= span.from),
    log.search(({ timestamp }) => timestamp >= span.to),
  )
})
