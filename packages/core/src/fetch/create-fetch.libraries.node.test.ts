import { FetchRig } from '@fluxgate/testkit/fetch-rig'
import nodeFetch, { Request as NodeFetchRequest } from 'node-fetch'
import { Request as UndiciRequest, fetch as undiciFetch } from 'undici'
import { describe, expect, inject, test } from 'vitest'

const [origin] = inject('origins')

describe.each([undefined, 60_000])('with timeoutMs %s', (timeoutMs) => {
  test("a Request of node-fetch reaches node-fetch's fetch", async () => {
    const rig = new FetchRig({ fetch: nodeFetch, timeoutMs, key: ({ url }) => url })
    const request = new NodeFetchRequest(`${origin}/echo`, { method: 'POST', body: 'hello' })
    const response = await rig.fetch(request as object as Request)
    expect(await response.json()).toMatchObject({ method: 'POST', body: 'hello' })
    expect(rig.circuitNames).toEqual([`${origin}/echo`])
  })

  test("a Request of undici reaches undici's fetch", async () => {
    const rig = new FetchRig({ fetch: undiciFetch, timeoutMs })
    const request = new UndiciRequest(`${origin}/echo`, { method: 'POST', body: 'hello' })
    const response = await rig.fetch(request as object as Request)
    expect(await response.json()).toMatchObject({ method: 'POST', body: 'hello' })
  })

  test.each([
    ['node-fetch', nodeFetch],
    ['undici', undiciFetch],
  ] as const)('a failure of %s opens, and its Retry-After counts', async (_, fetch) => {
    const rig = new FetchRig({ fetch, timeoutMs })
    expect((await rig.fetch(`${origin}/answer?status=503&retry-after=60`)).status).toBe(503)
    expect(rig.signals).toMatchObject([{ retryAt: rig.clock.timestamp() + 60_000 }])
  })

  test('a redirect loop of node-fetch is an answer', async () => {
    const rig = new FetchRig({ fetch: nodeFetch, timeoutMs })
    const url = `${origin}/answer?status=302&location=/answer?status=302`
    await expect(rig.fetch(url, { redirect: 'error' })).rejects.toThrow('redirect')
    expect(rig.outcomes).toEqual(['success'])
  })

  test('a relative URL that only the given fetch resolves is guarded', async () => {
    const rig = new FetchRig({ fetch: async () => new Response(null, { status: 503 }), timeoutMs })
    await rig.fetch('/api/items')
    await expect(rig.fetch('api')).rejects.toThrow('circuit "(relative)" is open')
  })
})
