import { backoff, CircuitRegistry, failureStreak, findRejection, LogListener } from '@fluxgate/core'
import { createFetch } from '@fluxgate/core/fetch'
import { PrometheusListener } from '@fluxgate/listeners/prometheus'
import Fastify, { type FastifyRequest } from 'fastify'
import { register } from 'prom-client'

export const app = Fastify({ logger: true })

const circuits = new CircuitRegistry({
  defaults: {
    tripper: failureStreak(3),
    retry: backoff({ initialMs: 1_000, maxMs: 60_000, jitter: 0.1 }),
    timeoutMs: 5_000,
    listeners: [new LogListener({ logger: app.log, structured: 'pino' }), new PrometheusListener()],
  },
})
const guardedFetch = createFetch({ registry: circuits, key: () => 'catalog' })

/** Aborts when the client of this request disconnects. */
function signalOf({ raw }: FastifyRequest): AbortSignal {
  const controller = new AbortController()
  raw.socket.once('close', () => controller.abort())
  return controller.signal
}

app.get('/items', async (request, reply) => {
  const response = await guardedFetch(`${process.env.CATALOG_URL}/items`, {
    signal: signalOf(request),
  })
  return reply.code(response.ok ? 200 : 502).send(await response.json())
})

app.get('/health', () => Array.from(circuits, (circuit) => circuit.snapshot()))

app.get('/metrics', async (_request, reply) => {
  return reply.type(register.contentType).send(await register.metrics())
})

app.setErrorHandler((error, _request, reply) => {
  const rejection = findRejection(error)
  if (rejection === undefined) return reply.send(error)
  return reply.code(503).headers(rejection.headers).send({ error: 'try again later' })
})

app.addHook('onClose', async () => {
  await Promise.all(Array.from(circuits, (circuit) => circuit.flush({ timeoutMs: 2_000 })))
})
