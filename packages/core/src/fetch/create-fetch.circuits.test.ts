import { FetchRig } from '@fluxgate/testkit/fetch-rig'
import { describe, expect, inject, test, vi } from 'vitest'
import { CircuitRegistry, failureStreak } from '../index.ts'
import { createFetch } from './create-fetch.ts'
import type { CreateFetchOptions } from './create-fetch-options.ts'

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
    const key = ({ method, headers }: Request) => `${method} ${headers.get('x-tenant')}`
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

  test('rejects the call when it throws, and nothing is sent', async () => {
    const error = new Error('no tenant')
    const inner = vi.fn(ok)
    const key = () => {
      throw error
    }
    await expect(createFetch({ fetch: inner, key })('https://api.example/')).rejects.toBe(error)
    expect(inner).not.toHaveBeenCalled()
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
