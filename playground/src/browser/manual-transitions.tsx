import './manual-transitions.css'
import type { CircuitBreaker } from '@fluxgate/core'
import { useId, useRef } from 'react'

const moves: { title: string; does: string; move(circuit: CircuitBreaker): void }[] = [
  { title: 'Reset', does: 'closed, window emptied', move: (circuit) => circuit.reset() },
  { title: 'Trip', does: 'open until the next probe', move: (circuit) => circuit.trip() },
  { title: 'Force open', does: 'nothing passes', move: (circuit) => circuit.forceOpen() },
  { title: 'Disable', does: 'all passes unwatched', move: (circuit) => circuit.disable() },
  { title: 'Metrics only', does: 'watches, never opens', move: (circuit) => circuit.metricsOnly() },
]

/** The moves that a person can make with a circuit. */
export function ManualMoves({ circuit }: { circuit: CircuitBreaker }) {
  const id = useId()
  const menu = useRef<HTMLDivElement>(null)
  return (
    <div className="manual-moves">
      <button type="button" className="quiet" popoverTarget={id}>
        Move by hand<span className="visually-hidden"> {circuit.name}</span>
      </button>
      <div id={id} ref={menu} popover="auto">
        {moves.map(({ title, does, move }) => (
          <button
            key={title}
            type="button"
            onClick={() => {
              move(circuit)
              menu.current?.hidePopover()
            }}
          >
            <b>{title}</b> <span>{does}</span>
          </button>
        ))}
      </div>
    </div>
  )
}
