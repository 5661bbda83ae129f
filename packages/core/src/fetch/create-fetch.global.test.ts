import { failureStreak } from '@fluxgate/core'
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

  test('it looks up a mock that replaces it later', async () => {
    const guarded = createFetch({ defaults: { tripper: failureStreak(1) } })
    vi.stubGlobal('fetch', guarded)
    vi.stubGlobal('fetch', async () => new Response('mock'))
    expect(await (await guarded('https://api.example/')).text()).toBe('mock')
  })
})
