import { expect, test, vi } from 'vitest'
import { onAbort } from './abort-relay.ts'

function spiedSignal() {
  const controller = new AbortController()
  const added = vi.spyOn(controller.signal, 'addEventListener')
  const removed = vi.spyOn(controller.signal, 'removeEventListener')
  return { controller, signal: controller.signal, added, removed }
}

test('calls every callback once', () => {
  const { controller, signal } = spiedSignal()
  const [first, second] = [vi.fn(), vi.fn()]
  onAbort(signal, first)
  onAbort(signal, second)
  expect(first).not.toHaveBeenCalled()
  controller.abort()
  controller.abort()
  expect([first.mock.calls, second.mock.calls]).toEqual([[[]], [[]]])
})

test('adds one event listener for 1,000 callbacks and removes it with the last', () => {
  const { signal, added, removed } = spiedSignal()
  const stops = Array.from({ length: 1_000 }, () => onAbort(signal, () => {}))
  expect(added).toHaveBeenCalledTimes(1)
  for (const stop of stops.slice(1)) stop()
  expect(removed).not.toHaveBeenCalled()
  stops[0]?.()
  expect(removed.mock.calls).toEqual([added.mock.calls[0]?.slice(0, 2)])
})

test('does not call a callback that was removed, also when it is removed twice', () => {
  const { controller, signal, added, removed } = spiedSignal()
  const [removedCallback, callback] = [vi.fn(), vi.fn()]
  const stop = onAbort(signal, removedCallback)
  onAbort(signal, callback)
  stop()
  stop()
  expect(removed).not.toHaveBeenCalled()
  controller.abort()
  expect(removedCallback).not.toHaveBeenCalled()
  expect(callback).toHaveBeenCalledTimes(1)
  expect(added).toHaveBeenCalledTimes(1)
})

test('listens again when a callback is added after the last was removed', () => {
  const { controller, signal } = spiedSignal()
  onAbort(signal, () => {})()
  const callback = vi.fn()
  onAbort(signal, callback)
  controller.abort()
  expect(callback).toHaveBeenCalledTimes(1)
})

test('does not call a callback that an earlier callback removed', () => {
  const { controller, signal } = spiedSignal()
  const later = vi.fn()
  onAbort(signal, () => stop())
  const stop = onAbort(signal, later)
  controller.abort()
  expect(later).not.toHaveBeenCalled()
})
