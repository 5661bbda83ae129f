import type { RowOrder } from '../../session/state.ts'
import { changeSetting } from '../context/panel-settings.ts'
import { useSelected, useSession } from '../context/session-context.tsx'

const orderLabels: Readonly<Record<RowOrder, string>> = {
  opened: 'Opened first',
  name: 'Name',
  trips: 'Most trips',
  probe: 'Next probe',
}

interface Column {
  readonly className: string
  readonly label: string
  /** The order that a click chooses. */
  readonly order?: RowOrder
}

const columns: readonly Column[] = [
  { className: 'circuit-name', label: 'Circuit', order: 'name' },
  { className: 'circuit-state', label: 'State' },
  { className: 'circuit-down', label: 'Down for', order: 'opened' },
  { className: 'circuit-tripped', label: 'Tripped at' },
  { className: 'circuit-now', label: 'Now' },
  { className: 'circuit-probe', label: 'Next probe', order: 'probe' },
  { className: 'circuit-trips', label: 'Trips', order: 'trips' },
]

/** The column headings, which sort the list. In a narrow list a menu replaces them. */
export function ColumnHeads() {
  const session = useSession()
  const order = useSelected(({ view }) => view.order ?? 'opened')
  function sort(next: RowOrder) {
    session.dispatch({ type: 'set-view', change: { order: next } })
    changeSetting('order', next)
  }
  return (
    <div className="circuits-head">
      <div className="column-heads">
        <span />
        {columns.map(({ className, label, order: by }) =>
          by === undefined ? (
            <span key={label} className={className}>
              {label}
            </span>
          ) : (
            <button
              key={label}
              type="button"
              className={className}
              aria-label={`Sort by ${orderLabels[by].toLowerCase()}`}
              aria-pressed={order === by}
              title={`Sort by ${orderLabels[by].toLowerCase()}`}
              onClick={() => sort(by)}
            >
              {label}
              {order === by && <span aria-hidden="true"> ▾</span>}
            </button>
          ),
        )}
      </div>
      <label className="sort-menu">
        Sort
        <select
          value={order}
          onChange={({ target: { value } }) => {
            for (const next of ['opened', 'name', 'trips', 'probe'] as const)
              if (next === value) sort(next)
          }}
        >
          {Object.entries(orderLabels).map(([value, label]) => (
            <option key={value} value={value}>
              {label}
            </option>
          ))}
        </select>
      </label>
    </div>
  )
}
