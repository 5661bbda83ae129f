import { CircuitBreaker } from '@fluxgate/core'
import { Profiler, startTransition, useState } from 'react'
import { createRoot } from 'react-dom/client'
import { expect, test } from 'vitest'
import { useCircuit } from './use-circuit.ts'

const CELLS = 20
const TRANSITIONS = 1_000
/** Circuit transitions at each pause of a render. */
const TRANSITIONS_PER_PAUSE = 5
/** Pauses in which one render is interrupted. */
const PAUSES = 10

const macrotask = () => new Promise<void>((resolve) => setTimeout(resolve))

function spin(ms: number): void {
  const end = performance.now() + ms
  while (performance.now() < end);
}

test('a commit never shows two states of one circuit, whatever happens while React renders', {
  timeout: 60_000,
}, async () => {
  Object.assign(globalThis, { IS_REACT_ACT_ENVIRONMENT: false })
  const circuit = new CircuitBreaker({ name: 'payments' })
  const container = document.createElement('main')
  let committedVersion = 0
  let renderingVersion = 0
  let renderNextVersion = () => {}
  let commits = 0
  const torn: string[] = []

  function Cell({ version }: { version: number }) {
    const { state } = useCircuit(circuit)
    renderingVersion = version
    if (version !== committedVersion) spin(1) // long enough for React to pause between cells
    return <i data-version={version}>{state}</i>
  }
  function Page() {
    const [version, setVersion] = useState(0)
    renderNextVersion = () => startTransition(() => setVersion((last) => last + 1))
    return Array.from({ length: CELLS }, (_, i) => <Cell key={String(i)} version={version} />)
  }
  const onCommit = () => {
    commits++
    const cells = [...container.querySelectorAll('i')]
    const shown = new Set(cells.map(({ textContent }) => textContent))
    if (shown.size !== 1) torn.push([...shown].join(' '))
    committedVersion = Number(cells[0]?.dataset['version'])
  }

  const root = createRoot(container)
  root.render(
    <Profiler id="page" onRender={onCommit}>
      <Page />
    </Profiler>,
  )
  while (commits === 0) await macrotask()

  let transitions = 0
  let pausedInside = 0
  while (transitions < TRANSITIONS) {
    renderNextVersion()
    const version = committedVersion + 1
    for (let pause = 0; pause < PAUSES && transitions < TRANSITIONS; pause++) {
      await macrotask()
      if (renderingVersion === version && committedVersion !== version) pausedInside++
      for (let i = 0; i < TRANSITIONS_PER_PAUSE; i++, transitions++) {
        if (circuit.state === 'closed') circuit.forceOpen()
        else circuit.reset()
      }
    }
    while (committedVersion !== version) await macrotask()
  }
  root.unmount()
  expect(torn).toEqual([])
  expect(pausedInside).toBeGreaterThan(10)
  expect(commits).toBeGreaterThan(TRANSITIONS / PAUSES / TRANSITIONS_PER_PAUSE)
})
