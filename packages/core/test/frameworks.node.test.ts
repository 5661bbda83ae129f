import { once } from 'node:events'
import { createServer, type RequestListener, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { isReactive, reactive, ref } from '@vue/reactivity'
import { AbortController as PolyfilledController } from 'abort-controller'
import express from 'express'
import fastify from 'fastify'
import Koa from 'koa'
import { describe, expect, onTestFinished, test, vi } from 'vitest'
import {
  CircuitBreaker,
  CircuitRegistry,
  findRejection,
  LogListener,
  WebhookListener,
} from '../src/index.ts'
import { ManualClock } from '../src/testing/index.ts'

// How frameworks treat the objects of this package, tested against the frameworks themselves.

function openBreaker(): CircuitBreaker {
  const breaker = new CircuitBreaker({ name: 'internal-host.example' })
  breaker.trip({ forMs: 12_000 })
  return breaker
}

async function originOf(server: Server): Promise<string> {
  onTestFinished(() => void server.close())
  if (!server.listening) await once(server.listen(0, '127.0.0.1'), 'listening')
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`
}

async function answerOf(origin: string) {
  const response = await fetch(origin)
  const body = await response.text()
  return { status: response.status, retryAfter: response.headers.get('retry-after'), body }
}

describe('a server answers an unhandled rejection with 503 and Retry-After', () => {
  const expected = { status: 503, retryAfter: expect.stringMatching(/^1[12]$/) }

  test('Express', async () => {
    const app = express()
    app.set('env', 'production')
    app.get('/', async () => {
      await openBreaker().call(() => 'x')
    })
    vi.spyOn(console, 'error').mockImplementation(() => {})
    const answer = await answerOf(await originOf(createServer(app as RequestListener)))
    expect(answer).toMatchObject(expected)
    expect(answer.body).not.toContain('internal-host')
  })

  test('Koa', async () => {
    const app = new Koa()
    app.silent = true
    app.use(() => openBreaker().call(() => 'x'))
    const answer = await answerOf(await originOf(createServer(app.callback())))
    expect(answer).toMatchObject({ ...expected, body: 'Service Unavailable' })
  })

  test('Fastify, with an error handler', async () => {
    const app = fastify()
    app.setErrorHandler((error, _request, reply) => {
      const rejection = findRejection(error)
      if (!rejection) return reply.send(error)
      const { status, headers } = rejection
      return reply.code(status).headers(headers).send({ error: 'Service Unavailable' })
    })
    app.get('/', () => openBreaker().call(() => 'x'))
    onTestFinished(() => app.close())
    const answer = await answerOf(await app.listen({ port: 0, host: '127.0.0.1' }))
    expect(answer).toMatchObject({ ...expected, body: '{"error":"Service Unavailable"}' })
  })
})

test('Next.js can assign digest, message and stack of a rejection', async () => {
  const error = findRejection(
    await openBreaker()
      .call(() => 'x')
      .catch((e: unknown) => e),
  )
  if (!error) throw new Error('the circuit admitted the call')
  const { digest } = error
  expect(digest).toMatch(/^FLUXGATE_REJECTED;[\da-f]{8};\d+$/)
  error.digest = `${digest}@E352`
  error.message = 'An error occurred in the Server Components render'
  error.stack = 'Error'
  expect(error.digest).toBe(`${digest}@E352`)
  expect(error).toMatchObject({ message: /An error/, stack: 'Error' })
})

describe('Vue', () => {
  class Counting extends CircuitBreaker {
    calls = 0
    override callSync<T>(fn: () => T): T {
      this.calls++
      return super.callSync(fn)
    }
  }

  test('keeps a breaker in reactive() and ref() as it is', async () => {
    const breaker = new Counting({ name: 'payments' })
    const store = reactive({ breaker, list: [breaker] })
    const held = ref({ breaker })
    expect([store.breaker, store.list[0], held.value.breaker, reactive(breaker)]).toEqual(
      Array(4).fill(breaker),
    )
    expect(isReactive(store.breaker)).toBe(false)
    expect(store.breaker.state).toBe('closed')
    expect(await held.value.breaker.call(() => 1)).toBe(1)
    expect([store.breaker.callSync(() => 2), store.breaker.calls]).toEqual([2, 1])
  })

  test('keeps a clock and the listeners as they are', () => {
    const clock = new ManualClock()
    const info = vi.fn()
    const log = new LogListener({ logger: { info, warn: info } })
    const webhook = new WebhookListener({
      url: 'https://ops.example/',
      fetch: async () => new Response(),
    })
    const store = reactive({ clock, log, webhook, registry: new CircuitRegistry() })
    store.clock.advance(5)
    expect(clock.now()).toBe(5)
    const breaker = new CircuitBreaker({ name: 'payments', listeners: [store.log, store.webhook] })
    breaker.trip()
    expect(info).toHaveBeenCalledOnce()
    expect(store.registry.get('payments').state).toBe('closed')
  })

  test('allows spies on its methods', () => {
    const { breaker } = reactive({ breaker: new CircuitBreaker({ name: 'payments' }) })
    const spy = vi.spyOn(breaker, 'callSync')
    expect(breaker.callSync(() => 1)).toBe(1)
    expect(spy).toHaveBeenCalledOnce()
  })
})

describe('Valtio', () => {
  // What its `proxy()` does to the objects in a state that are arrays or have no Symbol.iterator: a copy
  // with the same prototype, without private fields.
  const isCopied = (value: object) => Array.isArray(value) || !(Symbol.iterator in value)

  test.each<[string, object]>([
    ['a breaker', new CircuitBreaker({ name: 'payments' })],
    ['a registry', new CircuitRegistry()],
    ['a clock', new ManualClock()],
    ['a listener', new LogListener()],
  ])('keeps %s as it is', (_, object) => {
    expect(isCopied(object)).toBe(false)
  })

  test('does not make a breaker iterable', () => {
    const breaker: unknown = new CircuitBreaker({ name: 'payments' })
    expect(() => [...(breaker as unknown[])]).toThrow(TypeError)
    expect(breaker).toEqual(breaker)
    expect({ breaker }).not.toEqual({ breaker: [] })
  })
})

describe('the AbortController of React Native', () => {
  test('aborts a call with an AbortError', async () => {
    const breaker = new CircuitBreaker({ name: 'payments' })
    for (const timeoutMs of [undefined, 60_000]) {
      const controller = new PolyfilledController()
      const signal = controller.signal as AbortSignal
      const call = breaker.call(() => new Promise(() => {}), { signal, timeoutMs })
      controller.abort()
      await expect(call).rejects.toMatchObject({ name: 'AbortError' })
      await expect(breaker.call(() => 1, { signal })).rejects.toMatchObject({ name: 'AbortError' })
    }
    expect(breaker.snapshot().metrics.total).toBe(0)
  })
})
