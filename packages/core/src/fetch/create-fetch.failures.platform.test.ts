import { FetchRig } from '@fluxgate/testkit/fetch-rig'
import { newId, trafficOf } from '@fluxgate/testkit/http/traffic'
import { describe, expect, inject, test, vi } from 'vitest'
import { anyError, errorWhere, isCallNotPermitted, resultWhere, TimeoutError } from '../index.ts'

const [origin] = inject('origins')
const thrownBy = (call: Promise<unknown>) => call.then(undefined, (error: unknown) => error)

test('a tracker adds failures and hides none', async () => {
  const statuses = [503, 404]
  const rig = new FetchRig({
    fetch: async () => new Response(null, { status: statuses.shift() ?? 200 }),
    defaults: {
      tracker: errorWhere(() => false).or(resultWhere<Response>(({ status }) => status === 404)),
    },
  })
  expect((await rig.fetch('https://api.example/a')).status).toBe(503)
  expect((await rig.fetch('https://b.example/b')).status).toBe(404)
  expect(rig.outcomes).toEqual(['failure', 'failure'])
  expect(rig.events[0]?.error).toMatchObject({ method: 'GET', origin: 'https://api.example' })
})

test.each<[string, object]>([
  ['no headers', { status: 503 }],
  ['plain headers', { status: 429, headers: { 'retry-after': '5' } }],
])('the response of a mock with %s is returned and is a failure', async (_, response) => {
  for (const timeoutMs of [undefined, 60_000]) {
    const rig = new FetchRig({ fetch: async () => response as Response, timeoutMs })
    expect(await rig.fetch('https://api.example/')).toBe(response)
    expect(rig.outcomes).toEqual(['failure'])
  }
})

describe('a request that fetch rejects before it sends it', () => {
  const unsendable: readonly (readonly [
    why: string,
    input: string | Request,
    init: RequestInit,
  ])[] = [
    ['a header with a line break', `${origin}/`, { headers: { 'x-name': 'a\r\nb' } }],
    [
      'the same header with a Request',
      new Request(`${origin}/`),
      { headers: { 'x-name': 'a\nb' } },
    ],
    ['a GET with a body', `${origin}/`, { body: 'text' }],
    ['an invalid method', `${origin}/`, { method: 'NO METHOD' }],
    ['a URL with a password', `${origin?.replace('//', '//me:secret@')}/`, {}],
  ]
  test.each(unsendable)('is ignored: %s', async (_, input, init) => {
    const expected = await thrownBy(fetch(input, init))
    const fallback = vi.fn()
    const rig = new FetchRig({ fallback, defaults: { timeoutMs: 5_000 } })
    const error = await thrownBy(rig.fetch(input, init))
    expect(error).toBeInstanceOf(TypeError)
    expect(String(error)).toBe(String(expected))
    expect(rig.outcomes).toEqual(['ignored'])
    expect(rig.events).toMatchObject([{ error: { name: 'RequestNotSentError', cause: error } }])
    expect(isCallNotPermitted(rig.events[0]?.error)).toBe(false)
    expect(fallback).not.toHaveBeenCalled()
  })

  test('releases the slot of its probe', async () => {
    const rig = new FetchRig()
    rig.registry.get(`${origin}`).trip({ forMs: 1 })
    rig.clock.advance(1)
    await thrownBy(rig.fetch(`${origin}/`, { headers: { 'x-name': 'a\nb' } }))
    expect(rig.registry.get(`${origin}`).state).toBe('half_open')
    await rig.fetch(`${origin}/answer`)
    expect(rig.registry.get(`${origin}`).state).toBe('closed')
  })

  test('is ignored by a tracker that counts every error, and without ignore', async () => {
    const rig = new FetchRig({ defaults: { tracker: anyError(), ignore: false } })
    await thrownBy(rig.fetch(`${origin}/`, { headers: { 'x-name': 'a\nb' } }))
    expect(rig.outcomes).toEqual(['ignored'])
  })

  test('is a failure when its options are valid and the connection is reset', async () => {
    const rig = new FetchRig()
    const init = { method: 'POST', body: 'text', headers: { 'x-name': 'a' } }
    const error = await thrownBy(rig.fetch(`${origin}/reset`, init))
    expect(rig.events).toMatchObject([{ outcome: 'failure', error }])
  })

  test('keeps the stream of its body unread', async () => {
    const rig = new FetchRig({ fetch: () => Promise.reject(new TypeError('down')) })
    const body = new ReadableStream({ pull: (stream) => stream.enqueue(new Uint8Array(1)) })
    const init = { method: 'POST', body, duplex: 'half' }
    await thrownBy(rig.fetch(`${origin}/`, init))
    expect(rig.outcomes).toEqual(['failure'])
    expect(body.locked).toBe(false)
  })
})

describe('a guarded fetch with a real server', () => {
  test('opens for a 503 and not for a 404, and sends nothing while open', async () => {
    const rig = new FetchRig()
    const id = newId()
    const get = (status: number) => rig.fetch(`${origin}/answer?status=${status}&id=${id}`)
    for (let i = 0; i < 5; i++) expect((await get(404)).status).toBe(404)
    expect((await get(503)).status).toBe(503)
    const error = await thrownBy(get(200))
    expect(error).toMatchObject({
      name: 'CallNotPermittedError',
      circuitName: origin,
      state: 'open',
      retryAt: rig.clock.timestamp() + 1_000,
      cause: { name: 'HttpStatusError', status: 503 },
    })
    expect(await trafficOf(origin, id)).toMatchObject({ received: 6 })
    rig.clock.advance(1_000)
    expect((await get(200)).status).toBe(200)
    expect(rig.signals.map(({ newState }) => newState)).toEqual(['open', 'half_open', 'closed'])
  })

  test('rejects with the error of fetch when the connection is reset, which is a failure', async () => {
    const rig = new FetchRig()
    const error = await thrownBy(rig.fetch(`${origin}/reset`))
    expect(error).toBeInstanceOf(TypeError)
    expect(rig.events).toMatchObject([{ outcome: 'failure', error }])
    expect(await thrownBy(rig.fetch(`${origin}/answer`))).toMatchObject({
      cause: { name: 'TypeError' },
    })
  })

  test('rejects with a TimeoutError after timeoutMs, and cancels the request', async () => {
    const rig = new FetchRig({ defaults: { timeoutMs: 5_000 } })
    const id = newId()
    const answer = rig.fetch(`${origin}/hang?id=${id}`)
    await expect.poll(() => trafficOf(origin, id)).toEqual({ received: 1, givenUp: 0 })
    rig.clock.advance(5_000)
    const error = await thrownBy(answer)
    expect(error).toBeInstanceOf(TimeoutError)
    expect(error).toMatchObject({ circuitName: origin, timeoutMs: 5_000 })
    expect(rig.outcomes).toEqual(['failure'])
    await expect.poll(() => trafficOf(origin, id)).toEqual({ received: 1, givenUp: 1 })
  })

  test('ends the timeout with the headers, so that the body can take longer', async () => {
    const rig = new FetchRig({ defaults: { timeoutMs: 5_000 } })
    const response = await rig.fetch(`${origin}/stream?chunks=3`)
    rig.clock.advance(60_000)
    expect(await response.text()).toBe('chunk '.repeat(3))
    expect(rig.outcomes).toEqual(['success'])
  })

  test('returns the response of every concurrent call, and marks stale results', async () => {
    const rig = new FetchRig()
    const all = Array.from({ length: 20 }, (_, i) =>
      rig.fetch(`${origin}/answer?status=503&body=${i}`),
    )
    const bodies = await Promise.all(all.map(async (response) => (await response).text()))
    expect(bodies).toEqual(Array.from({ length: 20 }, (_, i) => `${i}`))
    expect(rig.circuitNames).toEqual([origin])
    expect(rig.registry.get(origin).inFlight).toBe(0)
    expect(rig.events.filter(({ stale }) => stale)).toHaveLength(19)
    expect(rig.signals).toHaveLength(1)
  })

  test('sends no more requests than probes while half-open', async () => {
    const rig = new FetchRig({ defaults: { probes: 2 } })
    rig.registry.get(origin).trip({ forMs: 1 })
    rig.clock.advance(1)
    const id = newId()
    const all = Array.from({ length: 10 }, () => rig.fetch(`${origin}/answer?id=${id}`))
    const results = await Promise.all(all.map(thrownOrStatus))
    expect(results.filter((result) => result === 200)).toHaveLength(2)
    expect(results.filter(isCallNotPermitted)).toHaveLength(8)
    expect(await trafficOf(origin, id)).toMatchObject({ received: 2 })
    expect(rig.registry.get(origin).state).toBe('closed')
  })

  const thrownOrStatus = (response: Promise<Response>) =>
    response.then(
      ({ status }) => status,
      (error: unknown) => error,
    )
})
