import { CircuitBreaker } from '@fluxgate/core'
import { expect, test, vi } from 'vitest'
import { tellOnError } from './report-to-circuit.ts'

test('onError is told as of any listener, and nobody stays behind', () => {
  const onError = vi.fn()
  const circuit = new CircuitBreaker({ name: 'payments', onError })
  const subscribe = circuit.subscribe.bind(circuit)
  const left = vi.fn()
  vi.spyOn(circuit, 'subscribe').mockImplementation((listener) => {
    const leave = subscribe(listener)
    return () => {
      left()
      leave()
    }
  })
  const error = new Error('no network')
  tellOnError(circuit, error)
  expect(onError.mock.calls).toEqual([[error, { circuitName: 'payments', source: 'listener' }]])
  expect(left).toHaveBeenCalledOnce()
})
