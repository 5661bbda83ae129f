import { Rig } from '@fluxgate/testkit/rig'
import { rejection } from '@fluxgate/testkit/thrown'
import { expect, test } from 'vitest'

test('call() accepts signals of an iframe, also after the iframe was removed', async () => {
  const frame = document.body.appendChild(document.createElement('iframe'))
  const realm = frame.contentWindow as Window & typeof globalThis
  const rig = new Rig()
  const hang = () => new Promise(() => {})

  const controller = new realm.AbortController()
  expect(controller.signal).not.toBeInstanceOf(AbortSignal)
  const call = rig.breaker.call(hang, { signal: controller.signal })
  controller.abort('enough')
  expect(await rejection(call)).toBe('enough')

  const limit = realm.AbortSignal.timeout(5)
  expect(await rejection(rig.breaker.call(hang, { signal: limit }))).toBe(limit.reason)

  // the signal of a removed frame never aborts; the time limit of the call still applies
  const removed = new realm.AbortController()
  const last = rig.breaker.call(hang, { signal: removed.signal, timeoutMs: 5 })
  frame.remove()
  rig.clock.advance(5)
  expect(await rejection(last)).toMatchObject({ name: 'TimeoutError', timeoutMs: 5 })
  expect(rig.outcomes).toEqual(['aborted', 'failure', 'failure'])
  expect(rig.breaker.inFlight).toBe(0)
})
