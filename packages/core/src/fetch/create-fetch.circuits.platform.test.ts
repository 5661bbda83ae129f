import { FetchRig } from '@fluxgate/testkit/fetch-rig'
import { describe, expect, inject, test, vi } from 'vitest'
import { CircuitRegistry, failureStreak } from '../index.ts'
import { createFetch } from './create-fetch.ts'
import type { CreateFetchOptions } from './create-fetch-options.ts'
import type { RequestHead } from './fetch-arguments.ts'

const [origin] = inject('origins')
const ok = async () => new Response()
const failing = async () => new Response(null, { status: 500 })

describe('the registry', () => {
  test('is separate for each guarded fetch by default, and can be shared', async () => {
    const defaults = { tripper: failureStreak(1) }
    await createFetch({ fetch: failing, defaults })('https://api.example/')
    await createFetch({ fetch: ok, defaults })('https://api.example/')

    const registry = new CircuitRegistry({ defaults })
    await createFetch({ fetch: failing, registry })('https://api.example/')
    const shared = createFetch({ fetch: ok, registry })('https://api.example/')
    await expect(shared).rejects.toThrow('circuit "https://api.example" is open')
  })

  test('provides circuits that were defined before', async () => {
    const registry = new CircuitRegistry()
    const strict = registry.define('https://strict.example', { tripper: failureStreak(1) })
    const guarded = createFetch({ fetch: failing, registry })
    await guarded('https://strict.example/')
    await guarded('https://other.example/')
    expect(strict.state).toBe('open')
    expect(registry.get('https://other.example').state).toBe('closed')
  })
})

describe('key', () => {
  test('receives method and headers as fetch merges them', async () => {
    const key = ({ method, headers }: RequestHead) => `${method} ${headers.get('x-tenant')}`
    const rig = new FetchRig({ fetch: ok, key })
    const url = 'https://api.example/'
    await rig.fetch(url, { method: 'post', headers: [['X-Tenant', 'a']] })
    await rig.fetch(new Request(url, { headers: { 'x-tenant': 'b' } }))
    await rig.fetch(new Request(url, { headers: { 'x-tenant': 'c' } }), { method: 'DELETE' })
    await rig.fetch(new Request(url, { method: 'PUT' }), { headers: { 'x-tenant': 'd' } })
    expect(rig.circuitNames).toEqual(['POST a', 'GET b', 'DELETE c', 'PUT d'])
  })

  test.each<[string, () => Parameters<typeof fetch>]>([
    ['text', () => [`${origin}/echo`, { method: 'POST', body: 'hello' }]],
    ['a Request', () => [new Request(`${origin}/echo`, { method: 'POST', body: 'hello' })]],
    [
      'the one in init',
      () => [new Request(`${origin}/echo`, { method: 'POST', body: 'no' }), { body: 'hello' }],
    ],
    ['form data', () => [`${origin}/echo`, { method: 'POST', body: new URLSearchParams('hello') }]],
  ])('leaves the body unread: %s', async (_, args) => {
    const guarded = createFetch({ key: ({ url }) => url, defaults: { timeoutMs: 60_000 } })
    const response = await guarded(...args())
    expect(await response.json()).toMatchObject({
      method: 'POST',
      body: expect.stringMatching(/^hello=?$/),
    })
  })

  test.each<[string, () => unknown, string]>([
    ['throws', () => JSON.parse('no'), 'SyntaxError'],
    ['returns null', () => null, 'TypeError'],
    ['returns empty text', () => '', 'RangeError'],
    ['is asynchronous', () => Promise.reject(new Error('late')), 'TypeError'],
  ])('that %s falls back to the origin and calls onError', async (_, key, name) => {
    const onError = vi.fn()
    const rig = new FetchRig({ fetch: ok, key: key as () => string, defaults: { onError } })
    expect((await rig.fetch('https://api.example/a')).status).toBe(200)
    expect(rig.circuitNames).toEqual(['https://api.example'])
    expect(onError).toHaveBeenCalledExactlyOnceWith(expect.objectContaining({ name }), {
      circuitName: 'https://api.example',
      source: 'key',
    })
  })

  test('receives an object for a relative URL that only fetch resolves', async () => {
    const key = vi.fn(({ url, method, headers }: RequestHead) =>
      [url, method, headers.get('x')].join(),
    )
    const rig = new FetchRig({ fetch: ok, key })
    if ('document' in globalThis) return // a page resolves it
    await rig.fetch('/api/items', { method: 'post', headers: { x: '1' } })
    expect(rig.circuitNames).toEqual(['/api/items,POST,1'])
  })
})

describe('createFetch throws for invalid options', () => {
  test.each<[unknown, ErrorConstructor, string]>([
    [null, TypeError, 'createFetch: options must be an object, got null'],
    [{ retries: 3 }, TypeError, 'createFetch: each option must be one of fetch, defaults,'],
    [{ fetch: 'x' }, TypeError, 'createFetch: fetch must be a function, got "x"'],
    [{ fallback: {} }, TypeError, 'createFetch: fallback must be a function, got {}'],
    [
      { registry: new Map() },
      TypeError,
      'createFetch: registry must be an object with get() and define()',
    ],
    [{ defaults: { timeoutMs: -1 } }, RangeError, 'timeoutMs must be a number of milliseconds'],
    [{ defaults: { timeout: 1 } }, TypeError, 'each option must be one of name, window,'],
    [
      { defaults: {}, registry: new CircuitRegistry() },
      TypeError,
      'createFetch: defaults must be left out when registry is set, got {}',
    ],
  ])('%o', (options, type, message) => {
    expect(() => createFetch(options as CreateFetchOptions)).toThrow(type)
    expect(() => createFetch(options as CreateFetchOptions)).toThrow(message)
  })
})
