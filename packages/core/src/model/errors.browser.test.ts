import { expect, test } from 'vitest'
import { CallNotPermittedError } from './errors.ts'
import { isCallNotPermitted } from './find-rejection.ts'

const fieldsOf = (circuitName: string) =>
  ({ circuitName, state: 'open', reason: 'tripped manually' }) as const

test('isCallNotPermitted works in both directions between a page and an iframe', async () => {
  const iframe = document.body.appendChild(document.createElement('iframe'))
  const realm = iframe.contentWindow as Window & typeof globalThis
  const load = new realm.Function('url', 'return import(url)')
  const copy: typeof import('../index.ts') = await load(
    new URL('../index.ts', import.meta.url).href,
  )

  const foreign: unknown = new copy.CallNotPermittedError(fieldsOf('foreign'))
  expect(foreign).toBeInstanceOf(realm.Error)
  expect(foreign).not.toBeInstanceOf(Error)
  expect(isCallNotPermitted(foreign)).toBe(true)
  expect(copy.isCallNotPermitted(new CallNotPermittedError(fieldsOf('own')))).toBe(true)
  expect(isCallNotPermitted(new realm.Error('x'))).toBe(false)
  iframe.remove()
})
