import { getEventListeners } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { Deferred } from '@fluxgate/testkit/deferred'
import { Rig } from '@fluxgate/testkit/rig'
import { expect, test } from 'vitest'

test('10,000 calls in sequence leave no listener on a long-lived signal', async () => {
  const { breaker } = new Rig()
  const { signal } = new AbortController()
  for (let i = 0; i < 10_000; i++) {
    await breaker.call(() => (i % 3 ? 1 : Promise.reject('down')), { signal }).catch(() => {})
    if (i % 1_000 === 0) breaker.reset()
  }
  expect(getEventListeners(signal, 'abort')).toEqual([])
})

test('10,000 calls at once listen to their signal only while they are in flight', async () => {
  const { breaker } = new Rig()
  const { signal } = new AbortController()
  const work = new Deferred<number>()
  const calls = Array.from({ length: 10_000 }, () => breaker.call(() => work.promise, { signal }))
  expect(getEventListeners(signal, 'abort').length).toBeGreaterThan(0)
  work.resolve(1)
  await Promise.all(calls)
  expect(getEventListeners(signal, 'abort')).toEqual([])
})

test('an abort cancels the body of a real response after the call settled', async () => {
  const server = createServer((_, response) => void response.write('first chunk'))
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening))
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`
  try {
    const { breaker } = new Rig()
    const controller = new AbortController()
    const response = await breaker.call(({ signal }) => fetch(url, signal ? { signal } : {}), {
      signal: controller.signal,
      timeoutMs: 60_000,
    })
    const reader = response.body?.getReader()
    expect(new TextDecoder().decode((await reader?.read())?.value)).toBe('first chunk')
    const next = reader?.read()
    controller.abort(new Error('enough'))
    await expect(next).rejects.toThrow('enough')
  } finally {
    server.closeAllConnections()
    server.close()
  }
})
