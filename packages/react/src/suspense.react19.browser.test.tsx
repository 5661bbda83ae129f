import { CircuitBreaker } from '@fluxgate/core'
import { Deferred } from '@fluxgate/testkit/deferred'
import { act, cleanup, render } from '@testing-library/react'
import { Suspense, startTransition, use, useState } from 'react'
import { afterEach, expect, test, vi } from 'vitest'
import { CircuitBoundary } from './circuit-boundary.ts'
import { useCircuit } from './use-circuit.ts'

afterEach(cleanup)

const text = () => document.body.textContent?.trim()

test('use(): a component shows the current state after it was suspended', async () => {
  const circuit = new CircuitBreaker({ name: 'payments' })
  const first = Promise.resolve('first')
  const second = new Deferred<string>()
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
  await act(async () => startTransition(() => show(second.promise)))
  await act(async () => circuit.forceOpen())
  expect(text()).toMatch(/^(first forced_open|waiting)$/)
  await act(async () => second.resolve('second'))
  expect(text()).toBe('second forced_open')
})

test('a component that suspends before it is mounted does not subscribe', async () => {
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

test('use(): a rejection shows the fallback; the remounted children call again', async () => {
  const logged = vi.spyOn(console, 'error').mockReturnValue()
  const circuit = new CircuitBreaker({ name: 'payments' })
  circuit.forceOpen()
  function Shown({ answer }: { answer: Promise<string> }) {
    return use(answer)
  }
  function Payments() {
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
        <Payments />
      </CircuitBoundary>,
    )
  })
  expect(text()).toBe('down')
  await act(async () => circuit.reset())
  expect(text()).toBe('paid')
  logged.mockRestore()
})
