import { expect, test, vi } from 'vitest'
import { onAbort } from './abort-relay.ts'

function listened() {
  const controller = new AbortController()
  const added = vi.spyOn(controller.signal, 'addEventListener')
  const removed = vi.spyOn(controller.signal, 'removeEventListener')
  return { controller, signal: controller.signal, added, removed }
}

test('tells everybody who waits, once', () => {
  const { controller, signal } = listened()
  const [first, second] = [vi.fn(), vi.fn()]
  onAbort(signal, first)
  onAbort(signal, second)
  expect(first).not.toHaveBeenCalled()
  controller.abort()
  controller.abort()
  expect([first.mock.calls, second.mock.calls]).toEqual([[[]], [[]]])
})

test('a thousand who wait are one listener, gone with the last of them', () => {
  const { signal, added, removed } = listened()
  const stops = Array.from({ length: 1_000 }, () => onAbort(signal, () => {}))
  expect(added).toHaveBeenCalledTimes(1)
  for (const stop of stops.slice(1)) stop()
  expect(removed).not.toHaveBeenCalled()
  stops[0]?.()
  expect(removed.mock.calls).toEqual([added.mock.calls[0]?.slice(0, 2)])
})

test('who has stopped is told nothing, and may stop again', () => {
  const { controller, signal, added, removed } = listened()
  const [stopped, waiting] = [vi.fn(), vi.fn()]
  const stop = onAbort(signal, stopped)
  onAbort(signal, waiting)
  stop()
  stop()
  expect(removed).not.toHaveBeenCalled()
  controller.abort()
  expect(stopped).not.toHaveBeenCalled()
  expect(waiting).toHaveBeenCalledTimes(1)
  expect(added).toHaveBeenCalledTimes(1)
})

test('a signal that nobody waits on any more is listened to again when somebody does', () => {
  const { controller, signal } = listened()
  onAbort(signal, () => {})()
  const tell = vi.fn()
  onAbort(signal, tell)
  controller.abort()
  expect(tell).toHaveBeenCalledTimes(1)
})

test('who stops another while being told spares it', () => {
  const { controller, signal } = listened()
  const spared = vi.fn()
  onAbort(signal, () => stop())
  const stop = onAbort(signal, spared)
  controller.abort()
  expect(spared).not.toHaveBeenCalled()
})
