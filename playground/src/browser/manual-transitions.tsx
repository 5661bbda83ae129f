import './manual-transitions.css'
import type { CircuitBreaker } from '@fluxgate/core'
import { useId, useRef } from 'react'

interface Transition {
  title: string
  effect: string
  apply(circuit: CircuitBreaker): void
}

const transitions: readonly Transition[] = [
  { title: 'Reset', effect: 'closed, empty window', apply: (circuit) => circuit.reset() },
  { title: 'Trip', effect: 'open until the next probe', apply: (circuit) => circuit.trip() },
  { title: 'Force open', effect: 'rejects all calls', apply: (circuit) => circuit.forceOpen() },
  {
    title: 'Disable',
    effect: 'admits all, records nothing',
    apply: (circuit) => circuit.disable(),
  },
  {
    title: 'Metrics only',
    effect: 'records, never opens',
    apply: (circuit) => circuit.metricsOnly(),
  },
]

/** A menu of the manual transitions of a circuit. */
export function ManualTransitions({ circuit }: { circuit: CircuitBreaker }) {
  const id = useId()
  const menu = useRef<HTMLDivElement>(null)
  return (
    <div className="manual-transitions">
      <button type="button" className="secondary" popoverTarget={id}>
        Move by hand<span className="visually-hidden"> {circuit.name}</span>
      </button>
      <div id={id} ref={menu} popover="auto">
        {transitions.map(({ title, effect, apply }) => (
          <button
            key={title}
            type="button"
            onClick={() => {
              apply(circuit)
              menu.current?.hidePopover()
            }}
          >
            <b>{title}</b> <span>{effect}</span>
          </button>
        ))}
      </div>
    </div>
  )
}
