import { getEventListeners } from 'node:events'
import { collectGarbage } from '@fluxgate/testkit/collect-garbage'
import { eventually } from '@fluxgate/testkit/eventually'
import { FetchRig } from '@fluxgate/testkit/fetch-rig'
import { FlakyServer } from '@fluxgate/testkit/http/flaky-server'
import { describe, expect, inject, test, vi } from 'vitest'
import { failureStreak } from '../index.ts'
import { createFetch } from './create-fetch.ts'

const [origin] = inject('origins')

describe('a relative URL', () => {
  test('rejects as fetch does without a page', async () => {
    const rig = new FetchRig()
    const error = await fetch('/items').catch((thrown: unknown) => thrown)
    expect(await rig.fetch('/items').catch((thrown: unknown) => thrown)).toEqual(error)
    expect(rig.circuitNames).toEqual([])
  })

  test('uses the circuit of the origin of a worker', async () => {
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

describe('a streaming request body', () => {
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
  ])('reaches the server: %s', async (_, args) => {
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

  test('is passed to fetch as the same unread stream', async () => {
    const inner = vi.fn<typeof fetch>(async () => new Response())
    const argument = init()
    await createFetch({ fetch: inner, defaults: { timeoutMs: 60_000 } })(origin, argument)
    expect(inner.mock.calls[0]?.[1]?.body).toBe(argument.body)
    expect(argument.body.locked).toBe(false)
  })
})

test('a refused connection rejects with the error of fetch and its cause', async () => {
  const server = await FlakyServer.start()
  await server.close()
  const rig = new FetchRig()
  await expect(rig.fetch(server.origin)).rejects.toMatchObject({
    name: 'TypeError',
    cause: { code: 'ECONNREFUSED' },
  })
  expect(rig.outcomes).toEqual(['failure'])
})

test('a timeout signal of the caller ends the body after a garbage collection', async () => {
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
  'a read response %i leaves no listener on a long-lived signal',
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
    await eventually(async () => {
      await collectGarbage()
      expect(getEventListeners(signal, 'abort')).toEqual([])
    })
  },
)
