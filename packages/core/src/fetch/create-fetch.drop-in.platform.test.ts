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

// Functions, because a body can be sent only once.
const argumentsOf: Record<string, () => Parameters<typeof fetch>> = {
  'a string': () => [echo],
  'a URL': () => [new URL(echo)],
  'a string with init': () => [echo, post],
  'a URL with init': () => [new URL(echo), post],
  'a Request': () => [new Request(echo, post)],
  'a Request with an init that overrides it': () => [
    new Request(echo, post),
    { method: 'PUT', headers: { 'x-who': 'you' } },
  ],
  'a Request as init': () => [echo, new Request(`${origin}/hang`, { headers: { 'x-who': 'me' } })],
  'null as the signal': () => [echo, { signal: null }],
}

describe.each([undefined, 60_000])('a guarded fetch with timeoutMs %s', (timeoutMs) => {
  const guarded = createFetch({ defaults: timeoutMs === undefined ? {} : { timeoutMs } })

  test.each(Object.keys(argumentsOf))('accepts what fetch accepts: %s', async (name) => {
    const args = argumentsOf[name] ?? (() => [''])
    const [expected, actual] = [await send(fetch, args()), await send(guarded, args())]
    expect(actual).toEqual(expected)
    expect(actual.method).toBe((await new Request(...args())).method)
  })

  test('ignores the signal of a Request when the signal of init is null', async () => {
    const request = new Request(echo, { signal: AbortSignal.abort() })
    expect((await guarded(request, { signal: null })).status).toBe(200)
  })

  test.each(['http://', 'http://[zz]/', 'https://:1'])(
    'rejects the invalid URL %j as fetch does',
    async (url) => {
      const error = await fetch(url).catch((thrown: unknown) => thrown)
      const rig = new FetchRig({ defaults: timeoutMs === undefined ? {} : { timeoutMs } })
      const actual = await rig.fetch(url).catch((thrown: unknown) => thrown)
      expect(actual).toBeInstanceOf(TypeError)
      expect(actual).toEqual(error)
      expect(rig.circuitNames).toEqual([])
    },
  )

  test('does not guard data: and blob: URLs', async () => {
    const rig = new FetchRig()
    expect(await (await rig.fetch('data:text/plain,hi')).text()).toBe('hi')
    const url = URL.createObjectURL(new Blob(['ho']))
    expect(await (await rig.fetch(url)).text()).toBe('ho')
    URL.revokeObjectURL(url)
    expect(rig.circuitNames).toEqual([])
  })
})

test('a timeout adds a signal to a copy of init, which keeps unknown members', async () => {
  const inner = vi.fn<typeof fetch>(async () => new Response())
  const platformOnly = { next: { revalidate: 60 } }
  const init = Object.freeze({ method: 'PUT', body: 'text', ...platformOnly })
  await createFetch({ fetch: inner, defaults: { timeoutMs: 60_000 } })(echo, init)
  expect(inner).toHaveBeenCalledExactlyOnceWith(echo, {
    ...init,
    signal: expect.any(AbortSignal),
  })
})
