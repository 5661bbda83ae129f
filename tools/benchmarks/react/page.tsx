import { CircuitBreaker } from '@fluxgate/core'
import { useCircuit } from '@fluxgate/react'
import { memo } from 'react'
import { flushSync } from 'react-dom'
import { createRoot } from 'react-dom/client'

const CIRCUITS = 100
const COMPONENTS = 1_000
const TURN_MS = 10
const CALLS_A_TURN = 10

/** The mounted components, and how often a circuit changes its state. */
export interface Scenario {
  readonly mounted: 'nothing' | 'states' | 'metrics'
  readonly movesPerSecond: number
}

declare global {
  var counted: { calls: number; commits: number; renders: number }
  var start: (scenario: Scenario) => void
}

globalThis.counted = { calls: 0, commits: 0, renders: 0 }

const circuits = Array.from(
  { length: CIRCUITS },
  (_, i) => new CircuitBreaker({ name: `circuit ${i}` }),
)

const State = memo(({ circuit }: { circuit: CircuitBreaker }) => {
  counted.renders++
  return <i>{useCircuit(circuit).state}</i>
})

const Metrics = memo(({ circuit }: { circuit: CircuitBreaker }) => {
  counted.renders++
  const { state, metrics } = useCircuit(circuit, { metrics: true })
  return (
    <i>
      {state} {metrics.total}
    </i>
  )
})

globalThis.start = ({ mounted, movesPerSecond }) => {
  const Shown = { nothing: undefined, states: State, metrics: Metrics }[mounted]
  if (Shown) {
    const page = Array.from({ length: COMPONENTS }, (_, i) => {
      const circuit = circuits[i % CIRCUITS]
      return circuit && <Shown key={circuit.name + String(i)} circuit={circuit} />
    })
    flushSync(() => createRoot(document.body).render(page))
  }
  let turn = 0
  let behind = performance.now()
  setInterval(() => {
    // catches up after a late timer
    for (; behind < performance.now(); behind += TURN_MS) {
      for (let i = 0; i < CALLS_A_TURN; i++) {
        counted.calls++
        void circuits[(turn * CALLS_A_TURN + i) % CIRCUITS]?.call(() => i)?.catch(() => {})
      }
      turn++
    }
  }, TURN_MS)
  if (movesPerSecond === 0) return
  let move = 0
  setInterval(() => {
    const circuit = circuits[(move >> 1) % CIRCUITS]
    if (move++ % 2 === 0) circuit?.forceOpen()
    else circuit?.reset()
  }, 1_000 / movesPerSecond)
}
