import { createHmac } from 'node:crypto'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { inspect } from 'node:util'
import { describe, expect, onTestFinished, test } from 'vitest'
import { CircuitBreaker } from '../circuit-breaker.ts'
import { ManualClock } from '../testing/manual-clock.ts'
import {
  WebhookListener,
  type WebhookListenerOptions,
  type WebhookPayload,
} from './webhook-listener.ts'

interface Delivery {
  readonly headers: IncomingMessage['headers']
  readonly body: string
}

type Answer = number | ((request: IncomingMessage, response: ServerResponse) => void)

const resetConnection: Answer = (request) => request.socket.destroy()

/** A server that gives these answers in turn, then 204, and a circuit that posts to it. */
async function hooked(answers: Answer[], options: Partial<WebhookListenerOptions> = {}) {
  const deliveries: Delivery[] = []
  const server = createServer(async (request, response) => {
    let body = ''
    for await (const chunk of request.setEncoding('utf8')) body += chunk
    const answer = answers[deliveries.length] ?? 204
    deliveries.push({ headers: request.headers, body })
    if (typeof answer === 'function') answer(request, response)
    else response.writeHead(answer).end()
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  onTestFinished(() => {
    server.closeAllConnections()
    server.close()
  })
  const { port } = server.address() as AddressInfo
  const errors: unknown[] = []
  const breaker = new CircuitBreaker({
    name: 'payments',
    clock: new ManualClock(),
    listeners: [
      new WebhookListener({ url: `http://127.0.0.1:${port}/hook`, backoffMs: 1, ...options }),
    ],
    onError: (error) => errors.push(error),
  })
  const transitions = () =>
    deliveries.map(({ body }) => (JSON.parse(body) as WebhookPayload).transition)
  return { breaker, deliveries, errors, transitions }
}

describe('a WebhookListener', () => {
  test('retries after a connection reset, with the same body', async () => {
    const { breaker, deliveries, errors } = await hooked([resetConnection, 503])
    breaker.forceOpen()
    await breaker.flush()
    expect(deliveries).toHaveLength(3)
    expect(new Set(deliveries.map(({ body }) => body)).size).toBe(1)
    expect(errors).toEqual([])
  })

  test('reports the error of fetch as the cause after the last attempt', async () => {
    const { breaker, errors } = await hooked([resetConnection, resetConnection], { attempts: 2 })
    breaker.forceOpen()
    await breaker.flush()
    expect(errors).toMatchObject([{ cause: expect.any(TypeError) }])
  })

  test('does not follow a redirect', async () => {
    const redirect: Answer = (_request, response) =>
      response.writeHead(302, { location: '/elsewhere' }).end()
    const { breaker, deliveries, errors } = await hooked([redirect])
    breaker.forceOpen()
    await breaker.flush()
    expect(deliveries).toHaveLength(1)
    expect(errors).toEqual([new Error('webhook not delivered: status 302')])
  })

  test('delivers later signals after it has given up one', async () => {
    const { breaker, errors, transitions } = await hooked([500, 502], { attempts: 2 })
    breaker.forceOpen()
    breaker.reset()
    await breaker.flush()
    expect(errors).toEqual([new Error('webhook not delivered: status 502')])
    expect(transitions()).toEqual([
      'closed->forced_open',
      'closed->forced_open',
      'forced_open->closed',
    ])
  })

  test('retries after a timeout, also of a fraction of a millisecond', async () => {
    const neverAnswer: Answer = () => {}
    const { breaker, deliveries, errors } = await hooked([neverAnswer], {
      timeoutMs: 40.5,
      attempts: 50,
    })
    breaker.forceOpen()
    await breaker.flush()
    expect(deliveries.length).toBeGreaterThan(1) // a busy machine may need a third attempt
    expect(errors).toEqual([])
  })

  test('does not delay calls while a delivery is pending', async () => {
    let answer = () => {}
    const held: Answer = (_request, response) => {
      answer = () => response.writeHead(204).end()
    }
    const { breaker, deliveries, transitions } = await hooked([held])
    breaker.forceOpen()
    breaker.disable()
    await expect.poll(() => deliveries.length, { timeout: 10_000 }).toBe(1)
    await expect(breaker.call(() => 'not waiting')).resolves.toBe('not waiting')
    expect(deliveries).toHaveLength(1)
    answer()
    await breaker.flush()
    expect(transitions()).toEqual(['closed->forced_open', 'forced_open->disabled'])
  })

  test('signs each attempt so that node:crypto can verify it', async () => {
    const secret = 'k€y that stays hidden'
    const { breaker, deliveries } = await hooked([500], { secret })
    breaker.trip({ reason: 'maintenance – 점검' })
    await breaker.flush()
    expect(deliveries).toHaveLength(2)
    for (const { headers, body } of deliveries) {
      expect(body).toContain('점검')
      const expected = createHmac('sha256', secret).update(body, 'utf8').digest('hex')
      expect(headers['x-fluxgate-signature']).toBe(`sha256=${expected}`)
    }
  })

  test('does not show its secret in errors, requests or inspected objects', async () => {
    const secret = 'k3y-that-stays-hidden'
    const { breaker, deliveries, errors } = await hooked([400, 500, resetConnection], {
      secret,
      attempts: 2,
    })
    breaker.forceOpen()
    breaker.reset()
    await breaker.flush()
    const listener = new WebhookListener({ url: 'http://127.0.0.1/', secret })
    const shown = [...errors, listener, breaker, breaker.toJSON()].flatMap((value) => [
      inspect(value, { depth: 10, showHidden: true }),
      JSON.stringify(value),
      value instanceof Error ? `${value.stack} ${inspect(value.cause)}` : '',
    ])
    expect(errors).toHaveLength(2)
    expect(deliveries).toHaveLength(3)
    expect(shown.filter((text) => text.includes(secret))).toEqual([])
    expect(JSON.stringify(deliveries)).not.toContain(secret)
  })
})
