import { afterEach, expect, test, vi } from 'vitest'
import * as z from 'zod/mini'
import { measured } from '../../test/wire-events.ts'

afterEach(() => vi.unstubAllGlobals())

test('importing the protocol leaves the zod configuration of the page unchanged', async () => {
  const before = { ...z.config() }
  await import('./reading.ts')
  await import('./session-file.ts')
  expect(z.config()).toEqual(before)
  expect(z.config()).not.toHaveProperty('jitless')
})

test('no code is compiled, so that a CSP without unsafe-eval has nothing to report', async () => {
  vi.resetModules()
  const evaluate = vi.fn()
  vi.stubGlobal(
    'Function',
    new Proxy(Function, {
      construct: (target, args) => {
        evaluate(...args)
        return Reflect.construct(target, args)
      },
    }),
  )
  const { parseReading } = await import('./reading.ts')
  const answer = { next: 1, dropped: 0, events: [measured(0)] }
  const json = JSON.stringify({ epoch: 'e', url: 'http://localhost/', answer })
  expect(parseReading(json)?.events).toEqual([measured(0)])
  expect(evaluate).not.toHaveBeenCalled()
})
