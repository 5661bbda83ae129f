import { expect, test, vi } from 'vitest'
import { CircuitBreaker } from '../circuit-breaker.ts'
import { watchCircuit } from './watch-circuit.ts'

test('the timers of a watch do not keep a process alive', () => {
  const timers = vi.spyOn(globalThis, 'setTimeout')
  const circuit = new CircuitBreaker({ name: 'payments' })
  const unsubscribe = watchCircuit(circuit, { metrics: true }).subscribe(() => {})
  circuit.trip()
  expect(timers.mock.results.map(({ value }) => value.hasRef())).toEqual([false, false])
  unsubscribe()
  timers.mockRestore()
})
