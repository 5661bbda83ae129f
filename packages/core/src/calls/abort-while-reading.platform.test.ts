import { expect, test, vi } from 'vitest'
import { CircuitBreaker } from '../circuit-breaker.ts'

/** Makes a call with a signal and a time limit, and aborts after it has settled. */
async function abortAfter<T>(result: (signal: AbortSignal | undefined) => T) {
  const breaker = new CircuitBreaker({ name: 'files', timeoutMs: 60_000 })
  const caller = new AbortController()
  const added = vi.spyOn(caller.signal, 'addEventListener')
  const removed = vi.spyOn(caller.signal, 'removeEventListener')
  let callSignal: AbortSignal | undefined
  const value = await breaker.call(
    ({ signal }) => {
      callSignal = signal
      return result(signal)
    },
    { signal: caller.signal },
  )
  const listening = added.mock.calls.length - removed.mock.calls.length
  caller.abort('cancelled')
  const remaining = added.mock.calls.length - removed.mock.calls.length
  return { value, callSignal, listening, remaining }
}

test.each<[string, () => object]>([
  ['a response', () => new Response('text')],
  ['a stream', () => new ReadableStream()],
  ['an async iterable', async function* () {}],
  ['a response of a polyfill with a Node stream', () => ({ body: (async function* () {})() })],
])("the caller's abort reaches a result that is still being read: %s", async (_, result) => {
  const { callSignal, listening, remaining } = await abortAfter(result)
  expect([callSignal?.aborted, callSignal?.reason]).toEqual([true, 'cancelled'])
  expect(listening).toBe(1)
  expect(remaining).toBe(0)
})

test.each<[string, () => unknown]>([
  ['a response without body', () => new Response(null)],
  ['data', () => ({ id: 1, body: 'text' })],
  ['text', () => 'text'],
  ['null', () => null],
  ['undefined', () => undefined],
])('no listener remains for a result without a stream: %s', async (_, result) => {
  const { callSignal, listening } = await abortAfter(result)
  expect(callSignal?.aborted).toBe(false)
  expect(listening).toBe(0)
})

test('returns a value whose getters throw', async () => {
  const hostile = {
    get body(): unknown {
      throw new Error('unreadable')
    },
  }
  const { value } = await abortAfter(() => hostile)
  expect(value).toBe(hostile)
})
