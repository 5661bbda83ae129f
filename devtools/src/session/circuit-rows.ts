import type { State } from '@fluxgate/core'
import type { FrameId } from '../transports/transport.ts'
import { currentDowntime, type Downtime } from './downtime.ts'
import { type Filter, matches, parseFilter } from './filter.ts'
import { memo } from './memo.ts'
import { allStates, severity } from './severity.ts'
import type { Circuit, CircuitKey, DocumentKey, Frame, RowOrder, SessionState } from './state.ts'

/** A circuit in the list. */
export interface CircuitRow {
  readonly key: CircuitKey
  /** Its name, numbered if its document has several circuits of that name: `payments #2`. */
  readonly label: string
  readonly circuit: Circuit
  /** False when the circuit or its document was removed. */
  readonly live: boolean
  /** Absent while it admits calls, and when it was removed. */
  readonly downtime?: Downtime
  /** Removed circuits of this name and document, which this one replaced, as in a hot reload. */
  readonly earlier: readonly Circuit[]
}

/** The label with the frame, because several frames may have a circuit of that name. */
export function qualifiedLabel({ label, circuit }: CircuitRow): string {
  const { frame } = circuit.address
  return frame === 'top' ? label : `${label}, in ${frame}`
}

/** The circuits that match the filters, in the order that the user chose. */
export function circuitRows(state: SessionState): readonly CircuitRow[] {
  const { filter, frame, order = 'opened' } = state.view
  return filteredRows(sortedRows(allRows(state), order), filter, frame)
}

/** All circuits, without those that were replaced. In any order. */
export function allRows({ circuits, frames }: SessionState): readonly CircuitRow[] {
  return rowsOf(circuits, currentDocuments(frames))
}

/** The number of live circuits in each state, of those that match the rest of the filter. */
export function stateCounts(state: SessionState): Readonly<Record<State, number>> {
  return countStates(allRows(state), state.view.filter, state.view.frame)
}

/**
 * Sorts the rows by `keys`, new ones last. Used while the pointer is over the list, so that rows do
 * not move under it.
 */
export function keepOrder(
  rows: readonly CircuitRow[],
  keys: readonly CircuitKey[],
): readonly CircuitRow[] {
  const positions = new Map(keys.map((key, index) => [key, index]))
  const positionOf = ({ key }: CircuitRow) => positions.get(key) ?? keys.length
  return [...rows].sort((a, b) => positionOf(a) - positionOf(b))
}

/** A circuit by its key, ignoring the filters. */
export function circuitRow(state: SessionState, key: CircuitKey): CircuitRow | undefined {
  return rowsByKey(allRows(state)).get(key)
}

const currentDocuments = memo(
  (frames: ReadonlyMap<FrameId, Frame>): ReadonlySet<DocumentKey | undefined> =>
    new Set([...frames.values()].map(({ document }) => document)),
)

const rowsOf = memo(
  (
    circuits: ReadonlyMap<CircuitKey, Circuit>,
    current: ReadonlySet<DocumentKey | undefined>,
  ): readonly CircuitRow[] => {
    const groups = groupByName(circuits)
    const rows: CircuitRow[] = []
    for (const members of groups.values()) {
      const present = members.filter(({ removed }) => removed === undefined)
      const removed = members.filter(({ removed }) => removed !== undefined)
      for (const [index, circuit] of present.entries()) {
        const label = present.length > 1 ? `${circuit.name} #${index + 1}` : circuit.name
        const live = current.has(circuit.documentKey)
        rows.push(reuseRow(circuit, label, live, index === 0 ? removed : []))
      }
      if (present.length > 0) continue
      const last = removed.at(-1)
      if (last !== undefined) rows.push(reuseRow(last, last.name, false, removed.slice(0, -1)))
    }
    return rows
  },
)

/** Returns the previous row object if it is equal, so that React skips unchanged rows. */
function reuseRow(
  circuit: Circuit,
  label: string,
  live: boolean,
  earlier: readonly Circuit[],
): CircuitRow {
  const last = lastRows.get(circuit)
  const isEqual =
    last?.label === label &&
    last.live === live &&
    last.earlier.length === earlier.length &&
    last.earlier.every((other, index) => other === earlier[index])
  if (isEqual) return last
  const downtime = live ? currentDowntime(circuit) : undefined
  const row = { key: circuit.key, label, circuit, live, earlier, ...(downtime && { downtime }) }
  lastRows.set(circuit, row)
  return row
}

const lastRows = new WeakMap<Circuit, CircuitRow>()

const rowsByKey = memo(
  (rows: readonly CircuitRow[]): ReadonlyMap<CircuitKey, CircuitRow> =>
    new Map(
      rows.flatMap((row) => [
        ...row.earlier.map((circuit): [CircuitKey, CircuitRow] => [
          circuit.key,
          { key: circuit.key, label: row.label, circuit, live: false, earlier: [] },
        ]),
        [row.key, row],
      ]),
    ),
)

const sortedRows = memo((rows: readonly CircuitRow[], order: RowOrder) =>
  [...rows].sort((a, b) => Number(b.live) - Number(a.live) || orders[order](a, b) || byName(a, b)),
)

const filteredRows = memo(
  (rows: readonly CircuitRow[], text: string, frame: FrameId | undefined) => {
    const filter = parseFilter(text)
    return rows.filter((row) => isShown(row, filter, frame))
  },
)

const countStates = memo((rows: readonly CircuitRow[], text: string, frame?: FrameId) => {
  const { words } = parseFilter(text)
  const counts = new Map<State, number>()
  for (const row of rows) {
    const { state } = row.circuit
    if (row.live && isShown(row, { words }, frame)) counts.set(state, (counts.get(state) ?? 0) + 1)
  }
  const entries = allStates.map((state) => [state, counts.get(state) ?? 0])
  return Object.fromEntries(entries) as Record<State, number>
})

function isShown({ circuit, label }: CircuitRow, filter: Filter, frame: FrameId | undefined) {
  // removed before the log was cleared
  if (circuit.removed !== undefined && circuit.events.length === 0) return false
  if (frame !== undefined && circuit.address.frame !== frame) return false
  return matches(filter, label, circuit.state)
}

/** The circuits by document and name, each group in the order of creation. */
function groupByName(
  circuits: ReadonlyMap<CircuitKey, Circuit>,
): ReadonlyMap<string, readonly Circuit[]> {
  const groups = new Map<string, Circuit[]>()
  for (const circuit of circuits.values()) {
    const group = `${circuit.documentKey} ${circuit.name}`
    const members = groups.get(group)
    if (members === undefined) groups.set(group, [circuit])
    else members.push(circuit)
  }
  for (const members of groups.values()) {
    if (members.length > 1)
      members.sort((a, b) => collator.compare(a.address.circuit, b.address.circuit))
  }
  return groups
}

const collator = new Intl.Collator('en', { numeric: true })

const byName = (a: CircuitRow, b: CircuitRow) =>
  collator.compare(a.label, b.label) || collator.compare(a.key, b.key)

const byTrips = (a: CircuitRow, b: CircuitRow) => b.circuit.trips - a.circuit.trips

const downSince = ({ downtime }: CircuitRow) => downtime?.from ?? Number.POSITIVE_INFINITY
const probeAt = ({ circuit }: CircuitRow) => circuit.retryAt ?? Number.POSITIVE_INFINITY

/** Circuits that are open or probing are one group: it must not change with each probe. */
function groupOf({ circuit: { state } }: CircuitRow): number {
  return severity[state === 'half_open' ? 'open' : state]
}

/** `Infinity - Infinity` is NaN, which does not sort. */
const compare = (a: number, b: number) => (a === b ? 0 : a - b)

const orders: Readonly<Record<RowOrder, (a: CircuitRow, b: CircuitRow) => number>> = {
  opened: (a, b) => groupOf(a) - groupOf(b) || compare(downSince(a), downSince(b)) || byTrips(a, b),
  name: byName,
  trips: byTrips,
  probe: (a, b) => compare(probeAt(a), probeAt(b)),
}
