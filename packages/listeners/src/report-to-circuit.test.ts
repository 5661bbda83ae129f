import { CircuitBreaker } from '@fluxgate/core'
import { expect, test, vi } from 'vitest'
import { reportToCircuit } from './report-to-circuit.ts'

test('calls onError as for any listener and leaves no subscription', () => {
  const onError = vi.fn()
  const circuit = new CircuitBreaker({ name: 'payments', onError })
  const subscribe = circuit.subscribe.bind(circuit)
  const onUnsubscribe = vi.fn()
  vi.spyOn(circuit, 'subscribe').mockImplementation((listener) => {
    const unsubscribe = subscribe(listener)
    return () => {
      onUnsubscribe()
      unsubscribe()
    }
  })
  const error = new Error('no network')
  reportToCircuit(circuit, error)
  expect(onError.mock.calls).toEqual([[error, { circuitName: 'payments', source: 'listener' }]])
  expect(onUnsubscribe).toHaveBeenCalledOnce()
})
