import { runInNewContext } from 'node:vm'
import { expect, test } from 'vitest'
import { CallNotPermittedError, isCallNotPermitted } from './index.ts'

test('a rejection is recognised across realms', () => {
  const theirs: unknown = runInNewContext(`
    class CallNotPermittedError extends Error {
      get [Symbol.for('fluxgate.CallNotPermittedError')]() { return true }
    }
    new CallNotPermittedError()
  `)
  expect(theirs).not.toBeInstanceOf(Error)
  expect(isCallNotPermitted(theirs)).toBe(true)

  const askThere = runInNewContext(`(error) => [error instanceof Error, error.state]`)
  expect(askThere(new CallNotPermittedError('ours', 'open'))).toEqual([false, 'open'])
})
