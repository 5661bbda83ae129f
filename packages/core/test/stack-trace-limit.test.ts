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
