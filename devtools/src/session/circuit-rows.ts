import type { FrameId } from '../transports/transport.ts'
import { type Filter, matches, parseFilter } from './filter.ts'
import { memo } from './memo.ts'
import { severity } from './severity.ts'
import type { Circuit, CircuitKey, EpochKey, Frame, SessionState } from './state.ts'

/** A circuit in the list. */
export interface CircuitRow {
  readonly key: CircuitKey
  /** Its name, numbered if its document has several circuits of that name: `payments #2`. */
  readonly label: string
  readonly circuit: Circuit
  /** False when the circuit or its document was removed. */
  readonly live: boolean
}

/** The label with the frame, because several frames may have a circuit of that name. */
export function qualifiedLabel({ label, circuit }: CircuitRow): string {
  const { frame } = circuit.address
  return frame === 'top' ? label : `${label}, in ${frame}`
}

/** The circuits that match the filters, most severe state first. */
export function circuitRows({ circuits, frames, view }: SessionState): readonly CircuitRow[] {
  return filteredRows(allRows(circuits, currentEpochs(frames)), view.filter, view.frame)
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
  return rowsByKey(allRows(state.circuits, currentEpochs(state.frames))).get(key)
}

const currentEpochs = memo(
  (frames: ReadonlyMap<FrameId, Frame>): ReadonlySet<EpochKey | undefined> =>
    new Set([...frames.values()].map(({ epoch }) => epoch)),
)

const allRows = memo(
  (
    circuits: ReadonlyMap<CircuitKey, Circuit>,
    current: ReadonlySet<EpochKey | undefined>,
  ): readonly CircuitRow[] => {
    const numbers = numberDuplicates(circuits)
    const rows: CircuitRow[] = []
    for (const [key, circuit] of circuits) {
      const number = numbers.get(key)
      const label = number === undefined ? circuit.name : `${circuit.name} #${number}`
      const live = circuit.removed === undefined && current.has(circuit.epochKey)
      rows.push(reuseRow({ key, label, circuit, live }))
    }
    return rows.sort(bySeverity)
  },
)

/** Returns the previous row object if it is equal, so that React skips unchanged rows. */
function reuseRow(row: CircuitRow): CircuitRow {
  const last = lastRows.get(row.circuit)
  if (last?.label === row.label && last.live === row.live) return last
  lastRows.set(row.circuit, row)
  return row
}

const lastRows = new WeakMap<Circuit, CircuitRow>()

const rowsByKey = memo(
  (rows: readonly CircuitRow[]): ReadonlyMap<CircuitKey, CircuitRow> =>
    new Map(rows.map((row) => [row.key, row])),
)

const filteredRows = memo(
  (rows: readonly CircuitRow[], text: string, frame: FrameId | undefined) => {
    const filter = parseFilter(text)
    return rows.filter((row) => isShown(row, filter, frame))
  },
)

function isShown({ circuit, label }: CircuitRow, filter: Filter, frame: FrameId | undefined) {
  // removed before the log was cleared
  if (circuit.removed !== undefined && circuit.events.length === 0) return false
  if (frame !== undefined && circuit.address.frame !== frame) return false
  return matches(filter, label, circuit.state)
}

/** Numbers the circuits that share a name within a document, in the order of their creation. */
function numberDuplicates(
  circuits: ReadonlyMap<CircuitKey, Circuit>,
): ReadonlyMap<CircuitKey, number> {
  const groups = new Map<string, Circuit[]>()
  for (const circuit of circuits.values()) {
    const group = `${circuit.epochKey} ${circuit.name}`
    const members = groups.get(group)
    if (members === undefined) groups.set(group, [circuit])
    else members.push(circuit)
  }
  const numbers = new Map<CircuitKey, number>()
  for (const members of groups.values()) {
    if (members.length === 1) continue
    members.sort((a, b) => order.compare(a.address.circuit, b.address.circuit))
    for (const [index, { key }] of members.entries()) numbers.set(key, index + 1)
  }
  return numbers
}

const order = new Intl.Collator('en', { numeric: true })

function bySeverity(a: CircuitRow, b: CircuitRow): number {
  return (
    Number(b.live) - Number(a.live) ||
    severity[a.circuit.state] - severity[b.circuit.state] ||
    b.circuit.trips - a.circuit.trips ||
    order.compare(a.label, b.label) ||
    order.compare(a.key, b.key)
  )
}
