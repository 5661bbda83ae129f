import { CircuitBreaker } from '@fluxgate/core'
import { nextTask } from '@fluxgate/testkit/next-task'
import { rejection } from '@fluxgate/testkit/thrown'
import { describe, expect, test } from 'vitest'

// V8 follows a promise to the functions that wait for it, through handlers as well as through `await`.

async function queryDatabase(): Promise<never> {
  await nextTask()
  throw new Error('down')
}

async function loadUser(
  breaker: CircuitBreaker,
  options?: { fallback?: never; timeoutMs: number },
) {
  return await breaker.call(async () => await queryDatabase(), options)
}

async function handleRequest(call: () => Promise<unknown>) {
  await call()
}

const functionsOf = (error: unknown) =>
  (error as Error).stack?.match(/queryDatabase|loadUser|handleRequest/g)

describe('the stack of an error shows the callers of the guarded function', () => {
  test.each([
    ['untimed', {}],
    ['timed', { timed: true }],
    ['in metrics_only', { initial: 'metrics_only' }],
  ] as const)('%s', async (_, options) => {
    const breaker = new CircuitBreaker({ name: 'database', ...options })
    const error = await rejection(handleRequest(() => loadUser(breaker)))
    expect(functionsOf(error)).toEqual(['queryDatabase', 'loadUser', 'handleRequest'])
  })

  test('through two circuits and wrap()', async () => {
    const outer = new CircuitBreaker({ name: 'users' })
    const inner = new CircuitBreaker({ name: 'database' })
    const load = outer.wrap(() => loadUser(inner))
    const error = await rejection(handleRequest(load))
    expect(functionsOf(error)).toEqual(['queryDatabase', 'loadUser', 'handleRequest'])
  })
})
