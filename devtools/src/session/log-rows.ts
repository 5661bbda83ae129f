import { type CircuitRow, circuitRows } from './circuit-rows.ts'
import { memo } from './memo.ts'
import type { Sequence } from './sequence.ts'
import type { CircuitKey, LogEntry, SessionState, Span } from './state.ts'

/**
 * The log entries of the listed circuits within the selected range. Returns the same object until
 * the result changes.
 */
export function logRows(state: SessionState): Sequence<LogEntry> {
  const rows = circuitRows(state)
  const keys = keysOf(rows)
  const all = keys.size === state.circuits.size
  const listed = all ? state.log : ofCircuits(state.log, keys)
  return within(foldAdded(listed).rows, state.view.selection)
}

/** The number of circuits that were added together, whose first entry stands for all of them. */
export function addedTogether(entry: LogEntry): number {
  return togetherCounts.get(entry) ?? 1
}

const togetherCounts = new WeakMap<LogEntry, number>()

/** Circuits that are added with longer pauses between them were not added together. */
const TOGETHER_MS = 1_000

/** Replaces each run of circuits that one document added together by its first entry. */
const foldAdded = memo((log: Sequence<LogEntry>): { readonly rows: Sequence<LogEntry> } => {
  let first: LogEntry | undefined
  let last = 0
  let folded = 0
  const counts = new Map<LogEntry, number>()
  const rows = log.filter((entry) => {
    if (entry.event.type !== 'circuit-added') {
      first = undefined
      return true
    }
    const pauseMs = entry.timestamp - last
    last = entry.timestamp
    if (first?.documentKey === entry.documentKey && pauseMs <= TOGETHER_MS) {
      counts.set(first, (counts.get(first) ?? 1) + 1)
      folded++
      return false
    }
    first = entry
    return true
  })
  for (const [entry, count] of counts) togetherCounts.set(entry, count)
  return { rows: folded === 0 ? log : rows }
})

/** The position of an entry in these rows; -1 when it is not among them. */
export function positionOf(rows: Sequence<LogEntry>, entry: LogEntry): number {
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
