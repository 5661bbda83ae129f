import { type CircuitRow, circuitRows } from './circuit-rows.ts'
import { memo } from './memo.ts'
import type { SortedList } from './sorted-list.ts'
import type { CircuitKey, LogEntry, SessionState, Span } from './state.ts'

/**
 * The log entries of the listed circuits within the selected range. Returns the same object until
 * the result changes.
 */
export function logRows(state: SessionState): SortedList<LogEntry> {
  const rows = circuitRows(state)
  const keys = keysOf(rows)
  const all = keys.size === state.circuits.size
  const listed = all ? state.log : ofCircuits(state.log, keys)
  return within(groupAdded(listed).rows, state.view.selection)
}

/** The number of added circuits that this entry represents; 1 for an entry of its own. */
export function addedCount(entry: LogEntry): number {
  return addedCounts.get(entry) ?? 1
}

const addedCounts = new WeakMap<LogEntry, number>()

/** A circuit that is added after a longer pause has an entry of its own. */
const MAX_PAUSE_MS = 1_000

/** Of consecutive circuits that one document added, keeps only the first entry. */
const groupAdded = memo((log: SortedList<LogEntry>): { readonly rows: SortedList<LogEntry> } => {
  let first: LogEntry | undefined
  let last = 0
  let grouped = 0
  const counts = new Map<LogEntry, number>()
  const rows = log.filter((entry) => {
    if (entry.event.type !== 'circuit-added') {
      first = undefined
      return true
    }
    const pauseMs = entry.timestamp - last
    last = entry.timestamp
    if (first?.documentKey === entry.documentKey && pauseMs <= MAX_PAUSE_MS) {
      counts.set(first, (counts.get(first) ?? 1) + 1)
      grouped++
      return false
    }
    first = entry
    return true
  })
  for (const [entry, count] of counts) addedCounts.set(entry, count)
  return { rows: grouped === 0 ? log : rows }
})

/** The position of an entry in these rows; -1 when it is not among them. */
export function positionOf(rows: SortedList<LogEntry>, entry: LogEntry): number {
  const start = rows.search(({ timestamp }) => timestamp >= entry.timestamp)
  for (let position = start; position < rows.length; position++) {
    const row = rows.at(position)
    if (row === undefined || row.timestamp !== entry.timestamp) return -1
    if (row.event.seq === entry.event.seq && row.documentKey === entry.documentKey) return position
  }
  return -1
}

const keysOf = memo(
  (rows: readonly CircuitRow[]): ReadonlySet<CircuitKey> =>
    new Set(rows.flatMap(({ key, earlier }) => [key, ...earlier.map((circuit) => circuit.key)])),
)

const ofCircuits = memo((log: SortedList<LogEntry>, keys: ReadonlySet<CircuitKey>) =>
  log.filter(({ circuitKey }) => keys.has(circuitKey)),
)

const within = memo((log: SortedList<LogEntry>, span: Span | undefined) => {
  if (span === undefined) return log
  return log.slice(
    log.search(({ timestamp }) => timestamp >= span.from),
    log.search(({ timestamp }) => timestamp >= span.to),
  )
})
