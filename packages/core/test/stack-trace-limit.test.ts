import type { CircuitBreaker } from '@fluxgate/core'
import { Rig } from '@fluxgate/testkit/rig'
import { thrown } from '@fluxgate/testkit/thrown'
import { expect, test } from 'vitest'

// V8 only: both runtimes of the unit tests have Error.stackTraceLimit.

test('a rejection restores the stack trace limit, and works where frozen intrinsics lock it', () => {
  const own = Object.getOwnPropertyDescriptor(Error, 'stackTraceLimit')
  if (own === undefined) throw new Error('this engine has no stack trace limit')
  const { breaker } = new Rig().enter('open')
  expect(thrown(() => breaker.acquire())).toMatchObject({ state: 'open' })
  expect(Object.getOwnPropertyDescriptor(Error, 'stackTraceLimit')).toEqual(own)
  Object.defineProperty(Error, 'stackTraceLimit', { ...own, writable: false })
  try {
    expect(thrown(() => breaker.acquire())).toMatchObject({ state: 'open' })
  } finally {
    Object.defineProperty(Error, 'stackTraceLimit', own)
  }
})

test.each<[string, (breaker: CircuitBreaker) => unknown]>([
  ['call', (breaker) => breaker.call(() => 1)],
  ['call with options', (breaker) => breaker.call(() => 1, {})],
  ['callSync', (breaker) => breaker.callSync(() => 1)],
  ['acquire', (breaker) => breaker.acquire()],
  ['wrap', (breaker) => breaker.wrap(() => 1)()],
])('captureStack shows as many frames of the caller as the limit: %s', async (_, run) => {
  const { breaker } = new Rig({ captureStack: true }).enter('open')
  const { stackTraceLimit } = Error
  function caller(depth: number): unknown {
    return depth === 0 ? run(breaker) : caller(depth - 1)
  }
  const stack = await Promise.resolve()
    .then(() => caller(30))
    .catch((thrown: Error) => thrown.stack)
  expect(String(stack).match(/at caller /g)?.length).toBeGreaterThanOrEqual(stackTraceLimit)
})

test.each([0, undefined])('a limit of %s stays as it is during a rejection', (limit) => {
  const own = Object.getOwnPropertyDescriptor(Error, 'stackTraceLimit')
  if (own === undefined) throw new Error('this engine has no stack trace limit')
  const written: unknown[] = []
  Object.defineProperty(Error, 'stackTraceLimit', {
    configurable: true,
    get: () => limit,
    set: (value) => written.push(value),
  })
  try {
    const { breaker } = new Rig({ captureStack: true }).enter('open')
    expect(thrown(() => breaker.acquire())).toMatchObject({ state: 'open' })
  } finally {
    Object.defineProperty(Error, 'stackTraceLimit', own)
  }
  expect(written).toEqual([])
})
