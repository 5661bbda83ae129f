import { CircuitBreaker } from '@fluxgate/core'
import { Rig } from '@fluxgate/testkit/rig'
import { expect, test } from 'vitest'

// The suite calls Symbol.dispose by itself; here a compiled `using` does.

test('a ticket is released at the end of a using block, unless it was settled', () => {
  const { breaker } = new Rig()
  {
    using ticket = breaker.acquire()
    expect(ticket).toBeDefined()
  }
  {
    using ticket = breaker.acquire()
    ticket.success()
  }
  expect(breaker.inFlight).toBe(0)
  expect(breaker.snapshot().metrics.total).toBe(1)
})

test('a breaker is disposed at the end of a using block', () => {
  let cleanups = 0
  {
    const listeners = [{ onAttach: () => () => void cleanups++ }]
    using breaker = new CircuitBreaker({ name: 'payments', listeners })
    expect(breaker.state).toBe('closed')
  }
  expect(cleanups).toBe(1)
})
