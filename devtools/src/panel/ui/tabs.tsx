import { type KeyboardEvent, type ReactNode, useId } from 'react'

export interface Tab<Id extends string> {
  readonly id: Id
  readonly label: string
  readonly content: () => ReactNode
}

export interface TabsProps<Id extends string> {
  readonly label: string
  readonly tabs: readonly Tab<Id>[]
  readonly selected: Id
  readonly onSelect: (id: Id) => void
}

/** A tab list with one visible pane. Arrow keys, Home and End move between the tabs. */
export function Tabs<Id extends string>({ label, tabs, selected, onSelect }: TabsProps<Id>) {
  const base = useId()
  const current = tabs.find(({ id }) => id === selected) ?? tabs[0]

  function onKeyDown(event: KeyboardEvent<HTMLElement>) {
    const at = tabs.findIndex(({ id }) => id === current?.id)
    const last = tabs.length - 1
    const to = { ArrowRight: at + 1, ArrowLeft: at - 1, Home: 0, End: last }[event.key]
    if (to === undefined) return
    event.preventDefault()
    const position = to < 0 ? last : to > last ? 0 : to
    const next = tabs[position]
    if (next === undefined) return
    onSelect(next.id)
    const buttons = event.currentTarget.querySelectorAll<HTMLElement>('[role=tab]')
    buttons[position]?.focus()
  }

  return (
    <div className="tabs">
      <div className="tab-row">
        <div role="tablist" aria-label={label} onKeyDown={onKeyDown}>
          {tabs.map(({ id, label: name }) => (
            <button
              key={id}
              type="button"
              role="tab"
              id={`${base}-${id}`}
              aria-selected={id === current?.id}
              aria-controls={`${base}-pane`}
              tabIndex={id === current?.id ? 0 : -1}
              onClick={() => onSelect(id)}
            >
              {name}
            </button>
          ))}
        </div>
      </div>
      <div
        role="tabpanel"
        id={`${base}-pane`}
        aria-labelledby={`${base}-${current?.id}`}
        className="tab-pane"
      >
        {current?.content()}
      </div>
    </div>
  )
}
