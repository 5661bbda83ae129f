import { circuitRows, stateCounts } from '../../session/circuit-rows.ts'
import { parseFilter, toggleState } from '../../session/filter.ts'
import { allStates } from '../../session/severity.ts'
import { changeSetting, useSetting } from '../context/panel-settings.ts'
import { useSelected, useSession } from '../context/session-context.tsx'
import { FilterBox } from '../lanes/filter-box.tsx'
import { count } from '../text/measure-text.ts'
import { stateAppearance } from '../theme/state-appearance.ts'
import { StateIcon } from '../ui/icon.tsx'
import { legendId } from './legend.tsx'

/** The filter, and the number of circuits in each state. A click on a number filters by it. */
export function SummaryBar() {
  const session = useSession()
  const filter = useSelected(({ view }) => view.filter)
  const counts = useSelected(stateCounts)
  const shown = useSelected(circuitRows).length
  const legend = useSetting('legend') ?? false
  const selected = new Set(parseFilter(filter).states)
  const all = Object.values(counts).reduce((sum, value) => sum + value, 0)
  const setFilter = (text: string) =>
    session.dispatch({ type: 'set-view', change: { filter: text } })

  return (
    <div className="summary">
      <FilterBox />
      {/* biome-ignore lint/a11y/useSemanticElements: a fieldset has a border and a layout of its own */}
      <div role="group" aria-label="Circuits by state" className="chips">
        <button
          type="button"
          className="chip"
          aria-pressed={selected.size === 0}
          title="Show circuits in every state"
          onClick={() => setFilter(filter.replace(/\bstate:\S*/gi, '').trim())}
        >
          All {count(all)}
        </button>
        {allStates.map(
          (state) =>
            (counts[state] > 0 || selected.has(state)) && (
              <button
                key={state}
                type="button"
                className="chip"
                aria-pressed={selected.has(state)}
                title={`Show only circuits that are ${stateAppearance[state].label}`}
                onClick={() => setFilter(toggleState(filter, state))}
              >
                <StateIcon state={state} />
                <b>{count(counts[state])}</b> {stateAppearance[state].label}
              </button>
            ),
        )}
      </div>
      <span className="sr-only" role="status">
        {filter !== '' && `${count(shown)} circuits match the filter`}
      </span>
      <button
        type="button"
        className="chip legend-toggle"
        aria-expanded={legend}
        aria-controls={legend ? legendId : undefined}
        onClick={() => changeSetting('legend', !legend)}
      >
        Legend
      </button>
    </div>
  )
}
