import { FetchRig } from '@fluxgate/testkit/fetch-rig'
import { describe, expect, inject, test, vi } from 'vitest'
import { createFetch } from './create-fetch.ts'

const [origin] = inject('origins')
const echo = `${origin}/echo`
const post = { method: 'POST', body: 'hello', headers: { 'x-who': 'me' } }

interface Echo {
  method: string
  headers: Record<string, string>
  body: string
}

const send = async (by: typeof fetch, args: Parameters<typeof fetch>) =>
  (await by(...args)).json() as Promise<Echo>

// Made anew for each fetch: a body can be sent only once.
const takes: Record<string, () => Parameters<typeof fetch>> = {
  'a string': () => [echo],
  'a URL': () => [new URL(echo)],
  'a string with init': () => [echo, post],
  'a URL with init': () => [new URL(echo), post],
  'a Request': () => [new Request(echo, post)],
  'a Request with init, which wins': () => [
    new Request(echo, post),
    { method: 'PUT', headers: { 'x-who': 'you' } },
  ],
  'a Request as init': () => [echo, new Request(`${origin}/hang`, { headers: { 'x-who': 'me' } })],
  'null as signal': () => [echo, { signal: null }],
}

describe.each([undefined, 60_000])('with timeoutMs %s, takes what fetch takes', (timeoutMs) => {
  const guarded = createFetch({ defaults: timeoutMs === undefined ? {} : { timeoutMs } })

  test.each(Object.keys(takes))('%s', async (name) => {
    const args = takes[name] ?? (() => [''])
    const [plain, own] = [await send(fetch, args()), await send(guarded, args())]
    expect(own).toEqual(plain)
    expect(own.method).toBe((await new Request(...args())).method)
  })

  test('a Request without its signal, where init says null', async () => {
    const request = new Request(echo, { signal: AbortSignal.abort() })
    expect((await guarded(request, { signal: null })).status).toBe(200)
  })

  test.each(['http://', 'http://[zz]/', 'https://:1'])(
    '%j is no URL: rejects as fetch does',
    async (url) => {
      const error = await fetch(url).catch((thrown: unknown) => thrown)
      const rig = new FetchRig({ defaults: timeoutMs === undefined ? {} : { timeoutMs } })
      const own = await rig.fetch(url).catch((thrown: unknown) => thrown)
      expect(own).toBeInstanceOf(TypeError)
      expect(own).toEqual(error)
      expect(rig.circuitNames).toEqual([])
    },
  )

  test('data: and blob: URLs, each with a circuit for all of their kind', async () => {
    const rig = new FetchRig()
    expect(await (await rig.fetch('data:text/plain,hi')).text()).toBe('hi')
    const url = URL.createObjectURL(new Blob(['ho']))
    expect(await (await rig.fetch(url)).text()).toBe('ho')
    URL.revokeObjectURL(url)
    expect(rig.circuitNames).toEqual(['data:', 'blob:'])
  })
})

describe('the guarded fetch', () => {
  test('is given the very arguments where there is no time limit', async () => {
    const inner = vi.fn(async () => new Response())
    const init = { headers: { a: 'b' }, signal: new AbortController().signal }
    const request = new Request(echo)
    const guarded = createFetch({ fetch: inner })
    await guarded(echo, init)
    await guarded(request)
    expect(inner.mock.calls).toEqual([
      [echo, init],
      [request, undefined],
    ])
    const [[, givenInit], [givenRequest]] = inner.mock.calls as unknown[][] as [
      unknown[],
      unknown[],
    ]
    expect(givenInit).toBe(init)
    expect(givenRequest).toBe(request)
  })

  test('is given a signal beside them where there is one, init left as it was', async () => {
    const inner = vi.fn<typeof fetch>(async () => new Response())
    const platformOnly = { next: { revalidate: 60 } }
    const init = Object.freeze({ method: 'PUT', body: 'text', ...platformOnly })
    await createFetch({ fetch: inner, defaults: { timeoutMs: 60_000 } })(echo, init)
    expect(inner).toHaveBeenCalledExactlyOnceWith(echo, {
      ...init,
      signal: expect.any(AbortSignal),
    })
  })

  test('is the global one of the moment', async () => {
    const guarded = createFetch()
    const mocked = new Response('mocked')
    vi.stubGlobal('fetch', async () => mocked)
    try {
      expect(await guarded(echo)).toBe(mocked)
    } finally {
      vi.unstubAllGlobals()
    }
    expect(await (await guarded(`${origin}/answer?body=real`)).text()).toBe('real')
  })
})

describe('the response', () => {
  test.each([200, 204, 304, 404, 429, 500, 503])(
    'is the very object, its body unread: %i',
    async (status) => {
      const response = new Response(status === 204 || status === 304 ? null : 'text', { status })
      for (const timeoutMs of [undefined, 60_000]) {
        const rig = new FetchRig({
          fetch: async () => response,
          defaults: timeoutMs === undefined ? {} : { timeoutMs },
        })
        expect(await rig.fetch(echo)).toBe(response)
      }
      expect(response.bodyUsed).toBe(false)
    },
  )

  test.each([200, 503])('can be read in full, whatever its status: %i', async (status) => {
    const response = await new FetchRig().fetch(`${origin}/answer?status=${status}&body=hello`)
    expect([response.status, response.bodyUsed]).toEqual([status, false])
    expect(await response.text()).toBe('hello')
  })
})
