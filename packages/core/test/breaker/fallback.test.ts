import { Rig } from '@fluxgate/testkit/rig'
import { describe, expect, test, vi } from 'vitest'
import { errorType, TimeoutError } from '../../src/index.ts'

const forever = () => new Promise<never>(() => {})
const down = new Error('down')
const failing = () => Promise.reject(down)

describe('the fallback answers', () => {
  test('for an error of fn', async () => {
    const { breaker } = new Rig()
    const fallback = vi.fn((_error: unknown) => 'cached')
    expect(await breaker.call(failing, { fallback })).toBe('cached')
    expect(fallback.mock.calls).toEqual([[down]])
  })

  test('for an error that the tracker ignores', async () => {
    const { breaker } = new Rig({ tracker: errorType(TypeError) })
    expect(await breaker.call(failing, { fallback: () => 'cached' })).toBe('cached')
  })

  test('for a fn that throws at once', async () => {
    const called = new Rig().breaker.call(
      () => {
        throw down
      },
      { fallback: (error) => [error] },
    )
    expect(await called).toEqual([down])
  })

  test('for a rejection', async () => {
    const { breaker } = new Rig().enter('forced_open')
    const fallback = (error: unknown) => error
    expect(await breaker.call(() => 1, { fallback })).toMatchObject({
      name: 'CallNotPermittedError',
      state: 'forced_open',
    })
  })

  test('for a timeout', async () => {
    const called = new Rig().breaker.call(forever, { timeoutMs: 1, fallback: (error) => error })
    expect(await called).toBeInstanceOf(TimeoutError)
  })

  test('later, when it is asynchronous', async () => {
    const fallback = async () => 'from the cache'
    expect(await new Rig().breaker.call(failing, { fallback })).toBe('from the cache')
  })
})

describe('what the fallback throws is what the caller gets', () => {
  const noCache = new Error('no cache')
  test.each([
    [
      'throws',
      () => {
        throw noCache
      },
    ],
    ['rejects', () => Promise.reject(noCache)],
  ])('%s', async (_, answer: () => Promise<never>) => {
    const fallback = vi.fn(answer)
    const { breaker } = new Rig()
    await expect(breaker.call(failing, { fallback })).rejects.toBe(noCache)
    expect(fallback).toHaveBeenCalledTimes(1)
    expect(breaker.snapshot().metrics).toMatchObject({ total: 1, failures: 1 })
  })
})

describe('the fallback is not asked', () => {
  test('when all is well', async () => {
    const fallback = vi.fn()
    expect(await new Rig().breaker.call(() => undefined, { fallback })).toBeUndefined()
    expect(fallback).not.toHaveBeenCalled()
  })

  test('when the caller aborts, before or during the call', async () => {
    const fallback = vi.fn()
    const { breaker } = new Rig()
    const controller = new AbortController()
    const called = breaker.call(forever, { signal: controller.signal, fallback })
    controller.abort('bye')
    await expect(called).rejects.toBe('bye')
    const { signal } = controller
    await expect(breaker.call(forever, { signal, fallback })).rejects.toBe('bye')
    expect(fallback).not.toHaveBeenCalled()
  })

  test('again when fn fails and the caller aborts afterwards', async () => {
    const controller = new AbortController()
    const fallback = vi.fn(() => {
      controller.abort('bye')
      return 'cached'
    })
    const called = new Rig().breaker.call(failing, { signal: controller.signal, fallback })
    expect(await called).toBe('cached')
    expect(fallback).toHaveBeenCalledTimes(1)
  })
})

test('a failure that the fallback covers up is a failure to the circuit', async () => {
  const { breaker, events } = new Rig()
  const fallback = () => 'cached'
  for (let i = 0; i < 3; i++) expect(await breaker.call(failing, { fallback })).toBe('cached')
  expect(breaker.state).toBe('open')
  expect(events.map(({ outcome }) => outcome)).toEqual(['failure', 'failure', 'failure'])
})

test('the time of a fallback is not the time of the call', async () => {
  const { breaker, clock } = new Rig()
  await breaker.call(failing, { fallback: () => clock.advance(5_000) })
  expect(breaker.snapshot().metrics.totalDurationMs).toBe(0)
})
