// @vitest-environment happy-dom
import { CircuitBreaker } from '@fluxgate/core'
import { act, cleanup, render } from '@testing-library/react'
import { Suspense, startTransition, use, useState } from 'react'
import { afterEach, expect, test, vi } from 'vitest'
import { CircuitBoundary } from './circuit-boundary.ts'
import { useCircuit } from './use-circuit.ts'

afterEach(cleanup)

const text = () => document.body.textContent?.trim()

test('use(): a component that suspends shows the circuit as it is when it is back', async () => {
  const circuit = new CircuitBreaker({ name: 'payments' })
  let arrive = (_: string) => {}
  const first = Promise.resolve('first')
  const second = new Promise<string>((done) => {
    arrive = done
  })
  let show = (_: Promise<string>) => {}
  function Shown({ answer }: { answer: Promise<string> }) {
    const { state } = useCircuit(circuit)
    return `${use(answer)} ${state}`
  }
  function Page() {
    const [answer, setAnswer] = useState(first)
    show = setAnswer
    return (
      <Suspense fallback="waiting">
        <Shown answer={answer} />
      </Suspense>
    )
  }
  await act(async () => void render(<Page />))
  expect(text()).toBe('first closed')
  await act(async () => startTransition(() => show(second)))
  await act(async () => circuit.forceOpen())
  expect(text()).toMatch(/^(first forced_open|waiting)$/)
  await act(async () => arrive('second'))
  expect(text()).toBe('second forced_open')
})

test('a component that suspends before it is mounted subscribes to nothing', async () => {
  const circuit = new CircuitBreaker({ name: 'payments' })
  let subscriptions = 0
  const subscribe = circuit.subscribe.bind(circuit)
  circuit.subscribe = (listener) => {
    subscriptions++
    return subscribe(listener)
  }
  const never = new Promise<string>(() => {})
  function Shown() {
    return `${useCircuit(circuit).state} ${use(never)}`
  }
  const { unmount } = await act(async () =>
    render(
      <Suspense fallback="waiting">
        <Shown />
      </Suspense>,
    ),
  )
  expect(text()).toBe('waiting')
  unmount()
  expect(subscriptions).toBe(0)
})

test('use(): a rejection shows the fallback, and the children ask again when they are back', async () => {
  const logged = vi.spyOn(console, 'error').mockReturnValue()
  const circuit = new CircuitBreaker({ name: 'payments' })
  circuit.forceOpen()
  function Shown({ answer }: { answer: Promise<string> }) {
    return use(answer)
  }
  function Asking() {
    const [answer] = useState(() => circuit.call(async () => 'paid'))
    return (
      <Suspense fallback="waiting">
        <Shown answer={answer} />
      </Suspense>
    )
  }
  await act(async () => {
    render(
      <CircuitBoundary circuit={circuit} fallback={() => 'down'}>
        <Asking />
      </CircuitBoundary>,
    )
  })
  expect(text()).toBe('down')
  await act(async () => circuit.reset())
  expect(text()).toBe('paid')
  logged.mockRestore()
})
