import { newDocument, readAll } from '@fluxgate/testkit/devtools-page'
import { beforeEach, expect, test, vi } from 'vitest'
import { CircuitBreaker } from '../index.ts'
import { devtoolsListener } from './index.ts'

beforeEach(newDocument)

// in Node only, because browsers load a module once
test('two copies of the package share one hook', async () => {
  vi.resetModules()
  const copy = await import('./index.ts')
  expect(copy.devtoolsListener).not.toBe(devtoolsListener)
  new CircuitBreaker({ name: 'first', listeners: [devtoolsListener()] })
  new CircuitBreaker({ name: 'second', listeners: [copy.devtoolsListener()] })
  expect(readAll()).toMatchObject([{ config: { name: 'first' } }, { config: { name: 'second' } }])
})
