import { FetchRig } from '@fluxgate/testkit/fetch-rig'
import { describe, expect, inject, test, vi } from 'vitest'
import { isCallNotPermitted, TimeoutError } from '../index.ts'
import { createFetch } from './create-fetch.ts'

const [origin] = inject('origins')
const stale = () => new Response('stale')

describe('answers instead', () => {
  test('for a rejection', async () => {
    const fallback = vi.fn(stale)
    const rig = new FetchRig({ fallback })
    rig.registry.get(origin).forceOpen()
    expect(await (await rig.fetch(`${origin}/answer`)).text()).toBe('stale')
    expect(fallback).toHaveBeenCalledExactlyOnceWith(
      expect.toSatisfy(isCallNotPermitted),
      expect.any(Request),
    )
    expect(rig.outcomes).toEqual(['rejected'])
  })

  test('for a network error, which is a failure all the same', async () => {
    const fallback = vi.fn(stale)
    const rig = new FetchRig({ fallback })
    expect(await (await rig.fetch(`${origin}/reset`)).text()).toBe('stale')
    expect(fallback).toHaveBeenCalledExactlyOnceWith(expect.any(TypeError), expect.any(Request))
    expect(rig.outcomes).toEqual(['failure'])
  })

  test('for a timeout', async () => {
    const fallback = vi.fn(async () => stale())
    const rig = new FetchRig({ fallback, defaults: { timeoutMs: 20 } })
    expect(await (await rig.fetch(`${origin}/hang`)).text()).toBe('stale')
    expect(fallback).toHaveBeenCalledExactlyOnceWith(expect.any(TimeoutError), expect.any(Request))
  })

  test('and what it throws is what the caller gets', async () => {
    const error = new Error('nothing stale either')
    const fallback = vi.fn(() => Promise.reject(error))
    await expect(createFetch({ fallback })(`${origin}/reset`)).rejects.toBe(error)
    expect(fallback).toHaveBeenCalledOnce()
  })
})

describe('has nothing to say', () => {
  test.each([404, 429, 500, 503])('when there is a response: %i', async (status) => {
    const fallback = vi.fn(stale)
    const response = await createFetch({ fallback })(`${origin}/answer?status=${status}`)
    expect(await response.text()).toBe(`status ${status}`)
    expect(fallback).not.toHaveBeenCalled()
  })

  test.each([undefined, 60_000])('when the caller gave up (timeoutMs %s)', async (timeoutMs) => {
    const fallback = vi.fn(stale)
    const rig = new FetchRig({ fallback, defaults: timeoutMs === undefined ? {} : { timeoutMs } })
    const before = rig.fetch(`${origin}/hang`, { signal: AbortSignal.abort('before') })
    await expect(before).rejects.toBe('before')
    const caller = new AbortController()
    const during = rig.fetch(`${origin}/hang`, { signal: caller.signal })
    caller.abort('during')
    await expect(during).rejects.toBe('during')
    expect(fallback).not.toHaveBeenCalled()
  })

  test('to arguments that make no request', async () => {
    const fallback = vi.fn(stale)
    const guarded = createFetch({ fallback })
    await expect(guarded('http://')).rejects.toThrow(TypeError)
    await expect(guarded(origin, { method: 'no method' })).rejects.toThrow(TypeError)
    expect(fallback).not.toHaveBeenCalled()
  })
})

describe('is given the request', () => {
  const url = `${origin}/reset`
  const post = { method: 'POST', headers: { 'x-who': 'me' }, body: 'hello' }

  test.each<[string, () => Parameters<typeof fetch>]>([
    ['a string with init', () => [url, post]],
    ['a URL with init', () => [new URL(url), post]],
    ['a Request whose body has been sent', () => [new Request(url, post)]],
    [
      'a Request with init, which wins',
      () => [new Request(url, { ...post, method: 'PUT' }), { method: 'POST' }],
    ],
    [
      'a Request as init',
      () => [url, new Request(origin, { method: 'POST', headers: post.headers })],
    ],
  ])('%s', async (_, args) => {
    for (const timeoutMs of [undefined, 60_000]) {
      const fallback = vi.fn((_error: unknown, request: Request) =>
        Response.json([request.method, request.url, request.headers.get('x-who')]),
      )
      const guarded = createFetch({
        fallback,
        defaults: timeoutMs === undefined ? {} : { timeoutMs },
      })
      expect(await (await guarded(...args())).json()).toEqual(['POST', url, 'me'])
    }
  })

  test('itself, where it was a Request: one that was not sent can be kept for later', async () => {
    const fallback = vi.fn((_error: unknown, _request: Request) => stale())
    const rig = new FetchRig({ fallback })
    rig.registry.get(origin).forceOpen()
    const request = new Request(url, post)
    await rig.fetch(request)
    expect(fallback.mock.calls[0]?.[1]).toBe(request)
    expect(await request.text()).toBe('hello')
  })

  test('that key was given', async () => {
    const key = vi.fn(({ url }: Request) => url)
    const fallback = vi.fn((_error: unknown, _request: Request) => stale())
    await createFetch({ key, fallback })(url, post)
    expect(fallback.mock.calls[0]?.[1]).toBe(key.mock.calls[0]?.[0])
  })
})
