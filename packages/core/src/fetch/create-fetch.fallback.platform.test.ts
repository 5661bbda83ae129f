import { FetchRig } from '@fluxgate/testkit/fetch-rig'
import { describe, expect, inject, test, vi } from 'vitest'
import { createFetch } from './create-fetch.ts'

const [origin] = inject('origins')
const stale = () => new Response('stale')

describe('the fallback', () => {
  test.each([undefined, 60_000])(
    'is not called after an abort by the caller (timeoutMs %s)',
    async (timeoutMs) => {
      const fallback = vi.fn(stale)
      const rig = new FetchRig({ fallback, defaults: timeoutMs === undefined ? {} : { timeoutMs } })
      const before = rig.fetch(`${origin}/hang`, { signal: AbortSignal.abort('before') })
      await expect(before).rejects.toBe('before')
      const caller = new AbortController()
      const during = rig.fetch(`${origin}/hang`, { signal: caller.signal })
      caller.abort('during')
      await expect(during).rejects.toBe('during')
      expect(fallback).not.toHaveBeenCalled()
    },
  )

  test('is not called for arguments that fetch rejects', async () => {
    const fallback = vi.fn(stale)
    const guarded = createFetch({ fallback })
    await expect(guarded('http://')).rejects.toThrow(TypeError)
    await expect(guarded(origin, { method: 'no method' })).rejects.toThrow(TypeError)
    expect(fallback).not.toHaveBeenCalled()
  })
})

describe('the request that the fallback receives', () => {
  const url = `${origin}/reset`
  const post = { method: 'POST', headers: { 'x-who': 'me' }, body: 'hello' }

  test.each<[string, () => Parameters<typeof fetch>]>([
    ['of a string with init', () => [url, post]],
    ['of a URL with init', () => [new URL(url), post]],
    ['of a Request whose body was sent', () => [new Request(url, post)]],
    [
      'of a Request with an init that overrides it',
      () => [new Request(url, { ...post, method: 'PUT' }), { method: 'POST' }],
    ],
    [
      'of a Request as init',
      () => [url, new Request(origin, { method: 'POST', headers: post.headers })],
    ],
  ])('has the URL, method and headers %s', async (_, args) => {
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

  test('is the Request of the caller, with an unread body when it was not sent', async () => {
    const fallback = vi.fn((_error: unknown, _request: Request) => stale())
    const rig = new FetchRig({ fallback })
    rig.registry.get(origin).forceOpen()
    const request = new Request(url, post)
    await rig.fetch(request)
    expect(fallback.mock.calls[0]?.[1]).toBe(request)
    expect(await request.text()).toBe('hello')
  })

  test('is the one that key received', async () => {
    const key = vi.fn(({ url }: Request) => url)
    const fallback = vi.fn((_error: unknown, _request: Request) => stale())
    await createFetch({ key, fallback })(url, post)
    expect(fallback.mock.calls[0]?.[1]).toBe(key.mock.calls[0]?.[0])
  })
})
