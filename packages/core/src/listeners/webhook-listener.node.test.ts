import { createHmac } from 'node:crypto'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { inspect } from 'node:util'
import { expect, onTestFinished, test } from 'vitest'
import { CircuitBreaker } from '../circuit-breaker.ts'
import { failureStreak } from '../policies/trippers.ts'
import { ManualClock } from '../testing/manual-clock.ts'
import {
  WebhookListener,
  type WebhookListenerOptions,
  type WebhookPayload,
} from './webhook-listener.ts'

interface Delivery {
  readonly at: number
  readonly method: string | undefined
  readonly headers: IncomingMessage['headers']
  readonly body: string
}

type Answer = number | ((request: IncomingMessage, response: ServerResponse) => void)

const reset: Answer = (request) => request.socket.destroy()

/** A server that gives these answers in turn, then 204, and a circuit whose webhook goes there. */
async function hooked(answers: Answer[], options: Partial<WebhookListenerOptions> = {}) {
  const deliveries: Delivery[] = []
  const server = createServer(async (request, response) => {
    let body = ''
    for await (const chunk of request.setEncoding('utf8')) body += chunk
    const { method, headers } = request
    const answer = answers[deliveries.length] ?? 204
    deliveries.push({ at: performance.now(), method, headers, body })
    if (typeof answer === 'function') answer(request, response)
    else response.writeHead(answer).end()
  })
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening))
  onTestFinished(() => {
    server.closeAllConnections()
    server.close()
  })
  const { port } = server.address() as AddressInfo
  const errors: unknown[] = []
  const breaker = new CircuitBreaker({
    name: 'payments',
    tripper: failureStreak(2),
    clock: new ManualClock(),
    listeners: [
      new WebhookListener({ url: `http://127.0.0.1:${port}/hook`, backoffMs: 1, ...options }),
    ],
    onError: (error) => errors.push(error),
  })
  const payloads = () => deliveries.map(({ body }) => JSON.parse(body) as WebhookPayload)
  const transitions = () => payloads().map(({ transition }) => transition)
  return { breaker, deliveries, errors, payloads, transitions }
}

test('a webhook gets what happened, as JSON', async () => {
  const { breaker, deliveries, errors, payloads } = await hooked([])
  breaker.acquire().failure(new Error('down'))
  breaker.acquire().failure(new Error('down'))
  await breaker.flush()
  expect(payloads()).toEqual([
    {
      circuit: 'payments',
      transition: 'closed->open',
      timestamp: Date.UTC(2026, 0, 1),
      reason: 'failure streak 2 ≥ 2 over 2 calls',
      metrics: {
        total: 2,
        failures: 2,
        totalDurationMs: 0,
        failureStreak: 2,
        failureRate: 1,
        avgDurationMs: 0,
        slow: {},
      },
    },
  ])
  expect(deliveries[0]).toMatchObject({
    method: 'POST',
    headers: { 'content-type': 'application/json' },
  })
  expect(deliveries[0]?.headers).not.toHaveProperty('x-fluxgate-signature')
  expect(errors).toEqual([])
})

test('sends headers of your own, which may replace the content type', async () => {
  const { breaker, deliveries } = await hooked([], {
    headers: { Authorization: 'Bearer abc', 'Content-Type': 'application/vnd.ops+json' },
  })
  breaker.forceOpen()
  await breaker.flush()
  expect(deliveries[0]?.headers).toMatchObject({
    authorization: 'Bearer abc',
    'content-type': 'application/vnd.ops+json',
  })
})

test.each<[string, Answer]>([
  ['500', 500],
  ['503', 503],
  ['429', 429],
  ['a connection reset', reset],
])('after %s tries again, with the same body', async (_name, answer) => {
  const { breaker, deliveries, errors } = await hooked([answer, answer])
  breaker.forceOpen()
  await breaker.flush()
  expect(deliveries).toHaveLength(3)
  expect(new Set(deliveries.map(({ body }) => body)).size).toBe(1)
  expect(errors).toEqual([])
})

test('doubles the pause after each failed try', async () => {
  const { breaker, deliveries } = await hooked([500, reset, 500], { backoffMs: 20 })
  breaker.forceOpen()
  await breaker.flush()
  const pauses = deliveries.slice(1).map(({ at }, i) => at - (deliveries[i]?.at ?? 0))
  expect(pauses).toHaveLength(3)
  // a timer may be late, but never early by more than a millisecond
  for (const [i, pauseMs] of pauses.entries()) expect(pauseMs).toBeGreaterThan(20 * 2 ** i - 2)
})

test.each([400, 401, 404, 410, 302])(
  'after %d does not try again, and tells onError',
  async (status) => {
    const { breaker, deliveries, errors } = await hooked([status])
    breaker.forceOpen()
    await breaker.flush()
    expect(deliveries).toHaveLength(1)
    expect(errors).toEqual([new Error(`webhook not delivered: status ${status}`)])
  },
)

test('does not follow a redirect, on which a POST becomes a GET', async () => {
  const redirect: Answer = (_request, response) =>
    response.writeHead(302, { location: '/elsewhere' }).end()
  const { breaker, deliveries, errors } = await hooked([redirect])
  breaker.forceOpen()
  await breaker.flush()
  expect(deliveries).toHaveLength(1)
  expect(errors).toEqual([new Error('webhook not delivered: status 302')])
})

test('gives up after five tries unless told otherwise, tells onError, and goes on', async () => {
  const { breaker, errors, transitions } = await hooked([500, 500, 500, 500, 502])
  breaker.forceOpen()
  breaker.reset()
  await breaker.flush()
  expect(errors).toEqual([new Error('webhook not delivered: status 502')])
  expect(transitions().filter((transition) => transition === 'closed->forced_open')).toHaveLength(5)
  expect(transitions().slice(5)).toEqual(['forced_open->closed'])
})

test('makes as many tries as it is told to', async () => {
  const { breaker, deliveries, errors } = await hooked([reset, reset], { attempts: 2 })
  breaker.forceOpen()
  await breaker.flush()
  expect(deliveries).toHaveLength(2)
  expect(errors).toHaveLength(1)
  expect((errors[0] as Error).cause).toBeInstanceOf(TypeError) // what fetch rejected with
})

test('a try that takes too long is tried again, also with a fraction of a millisecond', async () => {
  const silent: Answer = () => {}
  const { breaker, deliveries, errors } = await hooked([silent], { timeoutMs: 40.5, attempts: 50 })
  breaker.forceOpen()
  await breaker.flush()
  expect(deliveries.length).toBeGreaterThan(1) // a busy machine may need a third
  expect(errors).toEqual([])
})

test('delivers in order, one at a time, while calls go on', async () => {
  let answerFirst = () => {}
  const held: Answer = (_request, response) => {
    answerFirst = () => response.writeHead(204).end()
  }
  const { breaker, deliveries, transitions } = await hooked([held, 500])
  breaker.forceOpen()
  breaker.disable()
  breaker.reset()
  await expect.poll(() => deliveries.length, { timeout: 10_000 }).toBe(1)
  await expect(breaker.call(() => 'not waiting')).resolves.toBe('not waiting')
  expect(deliveries).toHaveLength(1)
  answerFirst()
  await breaker.flush()
  expect(transitions()).toEqual([
    'closed->forced_open',
    'forced_open->disabled',
    'forced_open->disabled',
    'disabled->closed',
  ])
})

test('signs each body with HMAC-SHA-256, as the receiver can verify', async () => {
  const secret = 'k€y that nobody may see'
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

test('shows its secret nowhere', async () => {
  const secret = 'k3y-that-nobody-may-see'
  const { breaker, deliveries, errors } = await hooked([400, 500, reset], { secret, attempts: 2 })
  breaker.forceOpen()
  breaker.reset()
  await breaker.flush()
  const listener = new WebhookListener({ url: 'http://127.0.0.1/', secret })
  const shown = [...errors, listener, breaker, breaker.toJSON()].flatMap((thing) => [
    inspect(thing, { depth: 10, showHidden: true }),
    JSON.stringify(thing),
    thing instanceof Error ? `${thing.stack} ${inspect(thing.cause)}` : '',
  ])
  expect(errors).toHaveLength(2)
  expect(deliveries).toHaveLength(3)
  expect(shown.filter((text) => text.includes(secret))).toEqual([])
  expect(JSON.stringify(deliveries)).not.toContain(secret)
})
