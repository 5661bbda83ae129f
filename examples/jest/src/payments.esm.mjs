import { CircuitBreaker, isCallNotPermitted } from '@fluxgate/core'

test('is rejected while the circuit is open', async () => {
  const payments = new CircuitBreaker({ name: 'payments', initial: 'forced_open' })
  const error = await payments.call(async () => 'paid').catch((error) => error)
  expect(isCallNotPermitted(error)).toBe(true)
})
