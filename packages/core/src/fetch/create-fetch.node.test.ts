import { getEventListeners } from 'node:events'
import { collectGarbage } from '@fluxgate/testkit/collect-garbage'
import { FetchRig } from '@fluxgate/testkit/fetch-rig'
import { FlakyServer } from '@fluxgate/testkit/http/flaky-server'
import { describe, expect, inject, test, vi } from 'vitest'
import { failureStreak } from '../index.ts'
import { createFetch } from './create-fetch.ts'

const [origin] = inject('origins')

describe('a relative URL', () => {
  test('is none where there is no page: rejects as fetch does', async () => {
    const rig = new FetchRig()
    const error = await fetch('/items').catch((thrown: unknown) => thrown)
    expect(await rig.fetch('/items').catch((thrown: unknown) => thrown)).toEqual(error)
    expect(rig.circuitNames).toEqual([])
  })

  test("is of the worker's origin where there is no document", async () => {
    vi.stubGlobal('location', { href: 'https://page.example/dir/worker.js' })
    try {
      const rig = new FetchRig({ fetch: async () => new Response() })
      await rig.fetch('../items')
      expect(rig.circuitNames).toEqual(['https://page.example'])
    } finally {
      vi.unstubAllGlobals()
    }
  })
})

describe('a request body that streams', () => {
  const body = () =>
    new ReadableStream({
      start(stream) {
        for (const word of ['one ', 'two ', 'three']) stream.enqueue(new TextEncoder().encode(word))
        stream.close()
      },
    })
  const init = () => ({ method: 'POST', body: body(), duplex: 'half' as const })

  test.each<[string, () => Parameters<typeof fetch>]>([
    ['in init', () => [`${origin}/echo`, init()]],
    ['of a Request', () => [new Request(`${origin}/echo`, init())]],
    ['of a Request as init', () => [`${origin}/echo`, new Request(origin, init())]],
  ])('passes untouched: %s', async (_, args) => {
    for (const timeoutMs of [undefined, 60_000]) {
      const guarded = createFetch({
        key: ({ method }) => method,
        fallback: () => Response.json('never'),
        defaults: timeoutMs === undefined ? {} : { timeoutMs },
      })
      expect(await (await guarded(...args())).json()).toMatchObject({
        method: 'POST',
        body: 'one two three',
      })
    }
  })

  test('is the very stream that the guarded fetch is given', async () => {
    const inner = vi.fn<typeof fetch>(async () => new Response())
    const given = init()
    await createFetch({ fetch: inner, defaults: { timeoutMs: 60_000 } })(origin, given)
    expect(inner.mock.calls[0]?.[1]?.body).toBe(given.body)
    expect(given.body.locked).toBe(false)
  })
})

test('a server that is not there: the error of fetch, with its cause', async () => {
  const server = await FlakyServer.start()
  await server.close()
  const rig = new FetchRig()
  await expect(rig.fetch(server.origin)).rejects.toMatchObject({
    name: 'TypeError',
    cause: { code: 'ECONNREFUSED' },
  })
  expect(rig.outcomes).toEqual(['failure'])
})

test("the caller's own timeout ends a body, though nobody else holds its signal", async () => {
  const guarded = createFetch({ defaults: { timeoutMs: 60_000 } })
  const read = async () => {
    const response = await guarded(`${origin}/stream`, { signal: AbortSignal.timeout(300) })
    return response.text()
  }
  const text = read().catch((error: unknown) => error)
  for (let i = 0; i < 3; i++) await collectGarbage()
  expect(await text).toMatchObject({ name: 'TimeoutError' })
})

test.each([200, 503])(
  'a response %i that was read leaves nothing on a long-lived signal',
  async (status) => {
    const { signal } = new AbortController()
    const rig = new FetchRig({ defaults: { timeoutMs: 60_000, tripper: failureStreak(99) } })
    const read = async () => {
      for (let i = 0; i < 20; i++) {
        const response = await rig.fetch(`${origin}/answer?status=${status}&body=text`, { signal })
        expect(getEventListeners(signal, 'abort')).toHaveLength(1)
        expect(await response.text()).toBe('text')
      }
    }
    await read()
    await vi.waitFor(async () => {
      await collectGarbage()
      expect(getEventListeners(signal, 'abort')).toEqual([])
    })
  },
)
