// @vitest-environment happy-dom
import { CircuitBreaker } from '@fluxgate/core'
import { Profiler, startTransition, useState } from 'react'
import { createRoot } from 'react-dom/client'
import { expect, test } from 'vitest'
import { useCircuit } from './use-circuit.ts'

const CELLS = 20
const TRANSITIONS = 1_000
/** How often the circuit moves each time the render pauses, and how often a render is begun anew. */
const AT_ONCE = 5
const PAUSES = 10

const macrotask = () => new Promise<void>((done) => setTimeout(done))

function spin(ms: number): void {
  const end = performance.now() + ms
  while (performance.now() < end);
}

test('a thousand transitions while transitions render: what is on the page is never torn', {
  timeout: 60_000,
}, async () => {
  Object.assign(globalThis, { IS_REACT_ACT_ENVIRONMENT: false })
  const circuit = new CircuitBreaker({ name: 'payments' })
  const container = document.createElement('main')
  let committedTurn = 0
  let renderingTurn = 0
  let turnOver = () => {}
  let commits = 0
  const torn: string[] = []

  function Cell({ turn }: { turn: number }) {
    const { state } = useCircuit(circuit)
    renderingTurn = turn
    if (turn !== committedTurn) spin(1) // long enough that React pauses between cells
    return <i data-turn={turn}>{state}</i>
  }
  function Page() {
    const [turn, setTurn] = useState(0)
    turnOver = () => startTransition(() => setTurn((last) => last + 1))
    return Array.from({ length: CELLS }, (_, i) => <Cell key={String(i)} turn={turn} />)
  }
  const look = () => {
    commits++
    const cells = [...container.querySelectorAll('i')]
    const shown = new Set(cells.map(({ textContent }) => textContent))
    if (shown.size !== 1) torn.push([...shown].join(' '))
    committedTurn = Number(cells[0]?.dataset['turn'])
  }

  const root = createRoot(container)
  root.render(
    <Profiler id="page" onRender={look}>
      <Page />
    </Profiler>,
  )
  while (commits === 0) await macrotask()

  let moves = 0
  let pausedInside = 0
  while (moves < TRANSITIONS) {
    turnOver()
    const turn = committedTurn + 1
    for (let pause = 0; pause < PAUSES && moves < TRANSITIONS; pause++) {
      await macrotask()
      if (renderingTurn === turn && committedTurn !== turn) pausedInside++
      for (let i = 0; i < AT_ONCE; i++, moves++) {
        if (circuit.state === 'closed') circuit.forceOpen()
        else circuit.reset()
      }
    }
    while (committedTurn !== turn) await macrotask()
  }
  root.unmount()
  expect(torn).toEqual([])
  expect(pausedInside).toBeGreaterThan(10)
  expect(commits).toBeGreaterThan(TRANSITIONS / PAUSES / AT_ONCE)
})
