import { expect, test, vi } from 'vitest'
import { CircuitBreaker } from '../circuit-breaker.ts'

/** Calls with a signal and a time limit, then gives up. */
async function abortAfter<T>(result: (signal: AbortSignal | undefined) => T) {
  const breaker = new CircuitBreaker({ name: 'files', timeoutMs: 60_000 })
  const caller = new AbortController()
  const added = vi.spyOn(caller.signal, 'addEventListener')
  const removed = vi.spyOn(caller.signal, 'removeEventListener')
  let given: AbortSignal | undefined
  const value = await breaker.call(
    ({ signal }) => {
      given = signal
      return result(signal)
    },
    { signal: caller.signal },
  )
  const listening = added.mock.calls.length - removed.mock.calls.length
  caller.abort('enough')
  return { value, given, listening, left: added.mock.calls.length - removed.mock.calls.length }
}

test.each<[string, () => object]>([
  ['a response', () => new Response('text')],
  ['a stream', () => new ReadableStream()],
  ['an async iterable', async function* () {}],
  ['a response of a polyfill, with a stream of Node', () => ({ body: (async function* () {})() })],
])("the caller's abort reaches what is still being read: %s", async (_, result) => {
  const { given, listening, left } = await abortAfter(result)
  expect([given?.aborted, given?.reason]).toEqual([true, 'enough'])
  expect(listening).toBe(1)
  expect(left).toBe(0)
})

test.each<[string, () => unknown]>([
  ['a response without body', () => new Response(null)],
  ['data', () => ({ id: 1, body: 'text' })],
  ['text', () => 'text'],
  ['null', () => null],
  ['nothing', () => undefined],
])('and nothing listens for what has been read: %s', async (_, result) => {
  const { given, listening } = await abortAfter(result)
  expect(given?.aborted).toBe(false)
  expect(listening).toBe(0)
})

test('a value that throws when looked at is returned all the same', async () => {
  const hostile = {
    get body(): unknown {
      throw new Error('do not touch')
    },
  }
  const { value } = await abortAfter(() => hostile)
  expect(value).toBe(hostile)
})
