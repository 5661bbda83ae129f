import { fileURLToPath } from 'node:url'
import { inspect } from 'node:util'
import { createContext, runInContext } from 'node:vm'
import { buildSync } from 'esbuild'
import { expect, test } from 'vitest'
import { CircuitBreaker } from '../circuit-breaker.ts'
import { CallNotPermittedError } from './errors.ts'
import { isCallNotPermitted } from './find-rejection.ts'

const fieldsOf = (circuitName: string) =>
  ({ circuitName, state: 'open', reason: 'tripped manually' }) as const

test('isCallNotPermitted works in both directions between realms', () => {
  const realm = createContext({})
  const { outputFiles } = buildSync({
    entryPoints: [fileURLToPath(new URL('../index.ts', import.meta.url))],
    bundle: true,
    format: 'iife',
    globalName: 'copy',
    write: false,
  })
  runInContext(String(outputFiles[0]?.text), realm)
  const copy = runInContext('copy', realm) as typeof import('../index.ts')

  const foreign: unknown = new copy.CallNotPermittedError(fieldsOf('foreign'))
  expect(foreign).not.toBeInstanceOf(Error)
  expect(isCallNotPermitted(foreign)).toBe(true)
  expect(copy.isCallNotPermitted(new CallNotPermittedError(fieldsOf('own')))).toBe(true)
  expect(isCallNotPermitted(runInContext('new Error("x")', realm))).toBe(false)
})

test('a rejection without a stack shows its message when it is logged', async () => {
  const breaker = new CircuitBreaker({ name: 'payments' })
  breaker.forceOpen()
  const logged = inspect(await breaker.call(() => 'x').catch((error: unknown) => error))
  expect(logged).toContain(
    'CallNotPermittedError: circuit "payments" is forced_open, the call was not sent',
  )
  expect(logged).not.toContain('undefined')
})
