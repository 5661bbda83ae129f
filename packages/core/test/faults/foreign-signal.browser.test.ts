import { Rig } from '@fluxgate/testkit/rig'
import { expect, test } from 'vitest'
import { caught } from './caught.ts'

test('the AbortController of an iframe ends a call, and its timeout does', async () => {
  const frame = document.body.appendChild(document.createElement('iframe'))
  const realm = frame.contentWindow as Window & typeof globalThis
  const rig = new Rig()
  const forever = () => new Promise(() => {})

  const caller = new realm.AbortController()
  expect(caller.signal).not.toBeInstanceOf(AbortSignal)
  const call = rig.breaker.call(forever, { signal: caller.signal })
  caller.abort('enough')
  expect(await caught(() => call)).toEqual({ error: 'enough' })

  const limit = realm.AbortSignal.timeout(5)
  const { error } = await caught(() => rig.breaker.call(forever, { signal: limit }))
  expect(error).toBe(limit.reason)

  // a frame that is gone aborts nothing any more; the time limit of the call still holds
  const gone = new realm.AbortController()
  const last = rig.breaker.call(forever, { signal: gone.signal, timeoutMs: 5 })
  frame.remove()
  expect((await caught(() => last)).error).toMatchObject({ name: 'TimeoutError', timeoutMs: 5 })
  expect(rig.events.map(({ outcome }) => outcome)).toEqual(['aborted', 'aborted', 'failure'])
  expect(rig.breaker.inFlight).toBe(0)
})
