import { FetchRig } from '@fluxgate/testkit/fetch-rig'
import { describe, expect, inject, test, vi } from 'vitest'
import { CircuitRegistry, failureStreak } from '../index.ts'
import { type CreateFetchOptions, createFetch } from './create-fetch.ts'

const [origin, otherOrigin] = inject('origins')
const ok = async () => new Response()
const failing = async () => new Response(null, { status: 500 })

describe('one circuit per origin', () => {
  test('whatever the rest of the URL, and however it is written', async () => {
    const rig = new FetchRig({ fetch: ok })
    await rig.fetch('https://api.example/a?b#c')
    await rig.fetch('HTTPS://user:pass@API.example:443/')
    await rig.fetch(new URL('https://api.example/d'), { method: 'POST' })
    await rig.fetch(new Request('https://api.example/e'))
    await rig.fetch('http://api.example/')
    await rig.fetch('https://api.example:8443/')
    await rig.fetch('https://www.api.example/')
    expect(rig.circuitNames.sort()).toEqual([
      'http://api.example',
      'https://api.example',
      'https://api.example:8443',
      'https://www.api.example',
    ])
  })

  test('one that is open does not concern the others', async () => {
    const rig = new FetchRig()
    await rig.fetch(`${origin}/answer?status=500`)
    await expect(rig.fetch(`${origin}/answer`)).rejects.toMatchObject({ circuitName: origin })
    expect((await rig.fetch(`${otherOrigin}/answer`)).status).toBe(200)
  })

  test('two guarded fetches know nothing of each other, unless they share a registry', async () => {
    const defaults = { tripper: failureStreak(1) }
    await createFetch({ fetch: failing, defaults })('https://api.example/')
    await createFetch({ fetch: ok, defaults })('https://api.example/')

    const registry = new CircuitRegistry({ defaults })
    await createFetch({ fetch: failing, registry })('https://api.example/')
    const shared = createFetch({ fetch: ok, registry })('https://api.example/')
    await expect(shared).rejects.toThrow('circuit "https://api.example" is open')
  })

  test('as the registry defines it', async () => {
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
  test.each<[string, Parameters<typeof fetch>]>([
    ['a string', ['https://api.example/a?b']],
    ['a URL', [new URL('https://api.example/a?b')]],
    ['a Request', [new Request('https://api.example/a?b')]],
  ])('is given the request: %s', async (_, args) => {
    const key = vi.fn((request: Request) => `${request.method} ${request.url}`)
    const rig = new FetchRig({ fetch: ok, key })
    await rig.fetch(...args)
    expect(rig.circuitNames).toEqual(['GET https://api.example/a?b'])
    expect(key).toHaveBeenCalledOnce()
  })

  test('sees method and headers as fetch puts them together', async () => {
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
  ])('leaves the body alone: %s', async (_, args) => {
    const guarded = createFetch({ key: ({ url }) => url, defaults: { timeoutMs: 60_000 } })
    const response = await guarded(...args())
    expect(await response.json()).toMatchObject({
      method: 'POST',
      body: expect.stringMatching(/^hello=?$/),
    })
  })

  test.each<[unknown, ErrorConstructor, string]>([
    ['', RangeError, '""'],
    [42, TypeError, '42'],
    [undefined, TypeError, 'undefined'],
    [Promise.resolve('name'), TypeError, 'Promise'],
  ])('must return a name, not %j', async (name, type, quoted) => {
    const inner = vi.fn(ok)
    const call = createFetch({ fetch: inner, key: () => name as string })('https://api.example/')
    await expect(call).rejects.toThrow(
      new type(`createFetch: what key returns must be a non-empty string, got ${quoted}`),
    )
    expect(inner).not.toHaveBeenCalled()
  })

  test('that throws is what the caller gets, and nothing is sent', async () => {
    const error = new Error('no tenant')
    const inner = vi.fn(ok)
    const key = () => {
      throw error
    }
    await expect(createFetch({ fetch: inner, key })('https://api.example/')).rejects.toBe(error)
    expect(inner).not.toHaveBeenCalled()
  })

  test('is not asked about what is no request: fetch says what is wrong', async () => {
    const key = vi.fn(() => 'name')
    const rig = new FetchRig({ key })
    await expect(rig.fetch('http://')).rejects.toThrow(TypeError)
    await expect(rig.fetch(origin, { method: 'no method' })).rejects.toThrow(TypeError)
    await expect(rig.fetch(origin, { headers: { 'no name': '1' } })).rejects.toThrow(TypeError)
    expect(key).not.toHaveBeenCalled()
    expect(rig.circuitNames).toEqual([])
  })
})

describe('wrong options fail at once', () => {
  test.each<[unknown, ErrorConstructor, string]>([
    [null, TypeError, 'createFetch: options must be an object, got null'],
    [{ retries: 3 }, TypeError, 'createFetch: each option must be one of fetch, defaults,'],
    [{ fetch: 'x' }, TypeError, 'createFetch: fetch must be a function, got "x"'],
    [{ key: 1 }, TypeError, 'createFetch: key must be a function, got 1'],
    [{ fallback: {} }, TypeError, 'createFetch: fallback must be a function, got {}'],
    [
      { registry: new Map() },
      TypeError,
      'createFetch: registry must be an object with get() and define()',
    ],
    [{ maxRetryAfterMs: 0 }, RangeError, 'createFetch: maxRetryAfterMs must be a number of'],
    [{ maxRetryAfterMs: '5' }, TypeError, 'createFetch: maxRetryAfterMs must be a number of'],
    [{ defaults: { timeoutMs: -1 } }, RangeError, 'timeoutMs must be a number of milliseconds'],
    [{ defaults: { timeout: 1 } }, TypeError, 'each option must be one of name, window,'],
    [
      { defaults: {}, registry: new CircuitRegistry() },
      TypeError,
      'createFetch: defaults must be left out beside a registry, which has its own, got {}',
    ],
  ])('%o', (options, type, message) => {
    expect(() => createFetch(options as CreateFetchOptions)).toThrow(type)
    expect(() => createFetch(options as CreateFetchOptions)).toThrow(message)
  })
})
