import { collectGarbage } from '@fluxgate/testkit/collect-garbage'
import { hookHere, inShort, newDocument, readAll } from '@fluxgate/testkit/devtools-page'
import { beforeEach, expect, test } from 'vitest'
import { CircuitBreaker } from '../index.ts'
import { devtoolsListener } from './index.ts'

beforeEach(newDocument)

test('a circuit without other references is collected and logged as removed', async () => {
  const use = () => {
    const breaker = new CircuitBreaker({ name: 'short', listeners: [devtoolsListener()] })
    breaker.trip()
    breaker.tryAcquire()
    hookHere().read(0, { metrics: ['1'] })
    hookHere().command({ circuit: '1', action: 'forceOpen' })
    return new WeakRef(breaker)
  }
  const ref = use()
  await collectGarbage()
  expect(ref.deref()).toBeUndefined()
  expect(readAll().map(inShort)).toEqual([
    '1 circuit-added short',
    '1 signal closed>open',
    '1 command forceOpen',
    '1 signal open>forced_open',
    '1 circuit-removed collected',
  ])
  expect(hookHere().command({ circuit: '1', action: 'reset' })).toMatchObject({ ok: false })
})

test('a detached circuit that is collected later is logged as removed once', async () => {
  const use = () => {
    const breaker = new CircuitBreaker({ name: 'short', listeners: [devtoolsListener()] })
    breaker.dispose()
    return new WeakRef(breaker)
  }
  const ref = use()
  await collectGarbage()
  expect(ref.deref()).toBeUndefined()
  expect(readAll().map(inShort)).toEqual(['1 circuit-added short', '1 circuit-removed detached'])
})
