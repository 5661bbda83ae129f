import { FetchRig } from '@fluxgate/testkit/fetch-rig'
import { newId, trafficOf } from '@fluxgate/testkit/http/traffic'
import { QueryClient } from '@tanstack/query-core'
import axios, { AxiosError } from 'axios'
import ky, { HTTPError } from 'ky'
import createClient from 'openapi-fetch'
import { afterAll, describe, expect, inject, test } from 'vitest'

const [origin] = inject('origins')

/** The operations that the tests need, written as users of the client would. */
interface Client {
  get(query: Query, signal?: AbortSignal): Promise<unknown>
  post(body: { text: string }): Promise<unknown>
  /** The status in the client's own error. */
  statusOf(error: unknown): number | undefined
  /** The error of the guarded fetch. Some clients wrap it. */
  inner(error: unknown): unknown
}

interface Query {
  id: string
  status?: number
  path?: '/answer' | '/hang' | '/reset'
}

class StatusError extends Error {
  readonly status: number
  constructor(status: number) {
    super(`status ${status}`)
    this.status = status
  }
}
const statusOf = (error: unknown) => (error instanceof StatusError ? error.status : undefined)
const inner = (error: unknown) => error

function byKy(fetch: typeof globalThis.fetch): Client {
  const client = ky.create({ fetch, prefixUrl: origin, retry: 0, timeout: false })
  return {
    get: ({ path = '/answer', ...searchParams }, signal) =>
      client.get(path.slice(1), { searchParams, ...(signal && { signal }) }).text(),
    post: (json) => client.post('echo', { json }).json(),
    statusOf: (error) => (error instanceof HTTPError ? error.response.status : undefined),
    inner,
  }
}

function byAxios(fetch: typeof globalThis.fetch): Client {
  const client = axios.create({ adapter: 'fetch', env: { fetch }, baseURL: origin })
  return {
    get: async ({ path = '/answer', ...params }, signal) =>
      (await client.get(path, { params, ...(signal && { signal }) })).data,
    post: async (body) => (await client.post('/echo', body)).data,
    statusOf: (error) => (error instanceof AxiosError ? error.response?.status : undefined),
    inner: (error) => (error instanceof AxiosError ? (error.cause ?? error) : error),
  }
}

interface Operation {
  parameters: { query: Query }
  responses: { 200: { content: { 'text/plain': string } } }
}

// as openapi-typescript generates them
interface Paths {
  '/answer': { get: Operation }
  '/hang': { get: Operation }
  '/reset': { get: Operation }
  '/echo': {
    post: {
      requestBody: { content: { 'application/json': { text: string } } }
      responses: { 200: { content: { 'application/json': { body: string } } } }
    }
  }
}

function byOpenapi(fetch: typeof globalThis.fetch): Client {
  const client = createClient<Paths>({ baseUrl: origin, fetch })
  return {
    get: async ({ path = '/answer', ...query }, signal) => {
      const { data, response } = await client.GET(path, {
        params: { query },
        parseAs: 'text',
        ...(signal && { signal }),
      })
      if (!response.ok) throw new StatusError(response.status)
      return data
    },
    post: async (body) => (await client.POST('/echo', { body })).data,
    statusOf,
    inner,
  }
}

function byQuery(fetch: typeof globalThis.fetch): Client {
  const client = new QueryClient({ defaultOptions: { queries: { retry: false } } })
  afterAll(() => client.clear())
  const query = (url: string, init: RequestInit = {}) =>
    client.fetchQuery({
      queryKey: [url, newId()],
      queryFn: async ({ signal }) => {
        const response = await fetch(url, { signal, ...init })
        if (!response.ok) throw new StatusError(response.status)
        return response.text()
      },
    })
  return {
    get: ({ path = '/answer', id, status = 200 }, signal) => {
      const url = `${origin}${path}?id=${id}&status=${status}`
      return query(url, signal ? { signal } : {})
    },
    post: async (body) =>
      JSON.parse(await query(`${origin}/echo`, { method: 'POST', body: JSON.stringify(body) })),
    statusOf,
    inner,
  }
}

const clients = { ky: byKy, axios: byAxios, 'openapi-fetch': byOpenapi, 'query-core': byQuery }
const thrownBy = (call: Promise<unknown>) => call.then(undefined, (error: unknown) => error)

describe.each(Object.entries(clients))('under %s', (_, clientWith) => {
  describe.each([undefined, 60_000])('with timeoutMs %s', (timeoutMs) => {
    function bench(limitMs = timeoutMs) {
      const rig = new FetchRig({ defaults: limitMs === undefined ? {} : { timeoutMs: limitMs } })
      return { rig, client: clientWith(rig.fetch), id: newId() }
    }

    test('responses and request bodies arrive unchanged', async () => {
      const { rig, client, id } = bench()
      expect(await client.get({ id })).toBe('status 200')
      expect(await client.post({ text: 'hello' })).toMatchObject({
        method: 'POST',
        body: '{"text":"hello"}',
      })
      expect(rig.outcomes).toEqual(['success', 'success'])
      expect(rig.circuitNames).toEqual([origin])
    })

    test("a 404 becomes the client's own error and is not a failure", async () => {
      const { rig, client, id } = bench()
      expect(client.statusOf(await thrownBy(client.get({ id, status: 404 })))).toBe(404)
      expect(rig.outcomes).toEqual(['success'])
    })

    test("a 503 becomes the client's own error and opens the circuit until it recovers", async () => {
      const { rig, client, id } = bench()
      expect(client.statusOf(await thrownBy(client.get({ id, status: 503 })))).toBe(503)
      const rejection = await thrownBy(client.get({ id }))
      expect(client.inner(rejection)).toMatchObject({
        name: 'CallNotPermittedError',
        circuitName: origin,
        cause: { status: 503 },
      })
      expect(await trafficOf(origin, id)).toMatchObject({ received: 1 })
      rig.clock.advance(1_000)
      expect(await client.get({ id })).toBe('status 200')
      expect(rig.registry.get(origin).state).toBe('closed')
    })

    test('a network error is a failure', async () => {
      const { rig, client, id } = bench()
      expect(await thrownBy(client.get({ id, path: '/reset' }))).toBeInstanceOf(Error)
      expect(rig.outcomes).toEqual(['failure'])
      expect(rig.events[0]?.error).toBeInstanceOf(TypeError)
    })

    test('does not count a call that the caller aborted', async () => {
      const { rig, client, id } = bench()
      const caller = new AbortController()
      const answer = thrownBy(client.get({ id, path: '/hang' }, caller.signal))
      await expect.poll(() => trafficOf(origin, id)).toMatchObject({ received: 1 })
      caller.abort()
      expect(await answer).toMatchObject({
        name: expect.stringMatching(/AbortError|CanceledError/),
      })
      expect(rig.outcomes).toEqual(['aborted'])
      await expect.poll(() => trafficOf(origin, id)).toMatchObject({ givenUp: 1 })
    })
  })

  test('a timeout of the circuit is a failure', async () => {
    const rig = new FetchRig({ defaults: { timeoutMs: 20 } })
    const client = clientWith(rig.fetch)
    const id = newId()
    const answer = thrownBy(client.get({ id, path: '/hang' }))
    await expect.poll(() => trafficOf(origin, id)).toMatchObject({ received: 1 })
    rig.clock.advance(20)
    const error = await answer
    expect(client.inner(error)).toMatchObject({ name: 'TimeoutError', timeoutMs: 20 })
    expect(rig.outcomes).toEqual(['failure'])
  })
})
