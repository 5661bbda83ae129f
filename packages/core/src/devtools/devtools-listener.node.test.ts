import { newDocument, readAll } from '@fluxgate/testkit/devtools-page'
import { beforeEach, expect, test, vi } from 'vitest'
import { CircuitBreaker } from '../index.ts'
import { devtoolsListener } from './index.ts'

beforeEach(newDocument)

// only Node loads a module a second time
test('the object in the page is shared by two copies of the package', async () => {
  vi.resetModules()
  const copy = await import('./index.ts')
  expect(copy.devtoolsListener).not.toBe(devtoolsListener)
  new CircuitBreaker({ name: 'ours', listeners: [devtoolsListener()] })
  new CircuitBreaker({ name: 'theirs', listeners: [copy.devtoolsListener()] })
  expect(readAll()).toMatchObject([{ config: { name: 'ours' } }, { config: { name: 'theirs' } }])
})
