import { failureStreak } from '@fluxgate/core'
import { nextTask } from '@fluxgate/testkit/next-task'
import { afterEach, describe, expect, inject, test, vi } from 'vitest'
import { CircuitRegistry } from '../registry.ts'
import { createFetch } from './create-fetch.ts'

const [origin] = inject('origins')

describe('installed as the global fetch', () => {
  afterEach(() => void vi.unstubAllGlobals())

  test('it calls the fetch that was global before', async () => {
    const registry = new CircuitRegistry()
    vi.stubGlobal('fetch', createFetch({ registry }))
    expect(await (await fetch(`${origin}/answer?body=hi`)).text()).toBe('hi')
    expect(await (await fetch('data:,hello')).text()).toBe('hello')
    expect([...registry].map(({ name, state }) => `${name} ${state}`)).toEqual([`${origin} closed`])
  })

  test('two of them call each other once', async () => {
    const registries = [new CircuitRegistry(), new CircuitRegistry()]
    for (const registry of registries) vi.stubGlobal('fetch', createFetch({ registry }))
    expect((await fetch(`${origin}/answer`)).status).toBe(200)
    expect(registries.map(({ size }) => size)).toEqual([1, 1])
  })

  test('it works inside a function that replaces it', async () => {
    const guarded = createFetch()
    vi.stubGlobal('fetch', (...args: Parameters<typeof fetch>) => guarded(...args))
    expect((await fetch(`${origin}/answer`)).status).toBe(200)
  })

  test('it works in the documented form', async () => {
    vi.stubGlobal('fetch', createFetch({ fetch: globalThis.fetch }))
    expect((await fetch(`${origin}/answer`)).status).toBe(200)
  })

  test('it works inside an asynchronous function that replaces it', async () => {
    const registry = new CircuitRegistry()
    const guarded = createFetch({ registry })
    vi.stubGlobal('fetch', async (...args: Parameters<typeof fetch>) => {
      await Promise.resolve()
      return guarded(...args)
    })
    expect((await fetch(`${origin}/answer`)).status).toBe(200)
    const { total } = registry.get(origin).snapshot().metrics
    expect((await fetch(`${origin}/answer`)).status).toBe(200)
    expect(registry.get(origin).snapshot().metrics.total).toBe(total) // one more, one evicted
  })

  test('it works inside an interceptor that makes a new Request of each', async () => {
    const guarded = createFetch()
    vi.stubGlobal('fetch', guarded)
    vi.stubGlobal('fetch', async (...args: Parameters<typeof fetch>) => {
      const request = new Request(...args)
      await nextTask()
      return guarded(request)
    })
    for (let i = 0; i < 3; i++) {
      const response = await fetch(`${origin}/echo`, { method: 'POST', body: 'hi' })
      expect(await response.json()).toMatchObject({ body: 'hi' })
    }
  })

  test('it calls a mock for each of many calls of one URL', async () => {
    const guarded = createFetch()
    const mock = vi.fn(async () => {
      await nextTask()
      return new Response('mock')
    })
    vi.stubGlobal('fetch', mock)
    const calls = Array.from({ length: 500 }, () => guarded(`${origin}/answer`))
    for (let i = 0; i < 300; i++) {
      await Promise.resolve()
      if (i % 50 === 0) await calls.shift()
      calls.push(guarded(`${origin}/answer`))
    }
    await Promise.all(calls)
    expect(mock).toHaveBeenCalledTimes(800)
  })

  test('it looks up a mock that replaces it later', async () => {
    const guarded = createFetch({ defaults: { tripper: failureStreak(1) } })
    vi.stubGlobal('fetch', guarded)
    vi.stubGlobal('fetch', async () => new Response('mock'))
    expect(await (await guarded('https://api.example/')).text()).toBe('mock')
  })
})
