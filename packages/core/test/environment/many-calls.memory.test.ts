import { collectGarbage } from '@fluxgate/testkit/collect-garbage'
import { expect, test } from 'vitest'
import { CircuitBreaker, failureStreak } from '../../src/index.ts'

const CALLS = 100_000

async function heapUsed(): Promise<number> {
  await collectGarbage()
  return process.memoryUsage().heapUsed
}

test.each([
  ['plain calls', {}],
  ['calls with a time limit', { timeoutMs: 60_000 }],
])('%s: 100,000 calls in flight during an opening leave no memory behind', async (_, options) => {
  const breaker = new CircuitBreaker({ name: 'payments', tripper: failureStreak(3), ...options })
  const refs: WeakRef<object>[] = []

  async function runCalls(calls: number): Promise<void> {
    let open = () => {}
    const gate = new Promise<void>((resolve) => {
      open = resolve
    })
    const running = Array.from({ length: calls }, (_value, i) => {
      const result = { i }
      if (i % 1_000 === 0) refs.push(new WeakRef(result))
      return breaker.call(async () => {
        await gate
        return result
      })
    })
    breaker.trip()
    open()
    await Promise.all(running)
    breaker.reset()
  }

  await runCalls(CALLS) // compiles the code and grows the heap
  const before = await heapUsed()
  await runCalls(CALLS)
  const grown = (await heapUsed()) - before
  expect(refs).toHaveLength(200)
  expect(refs.filter((ref) => ref.deref() !== undefined)).toEqual([])
  expect(grown / CALLS).toBeLessThan(5) // bytes per call
  expect(breaker.inFlight).toBe(0)
})
