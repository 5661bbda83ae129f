import { once } from 'node:events'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { json } from 'node:stream/consumers'
import { CircuitBreaker } from '@fluxgate/core'
import { OpenTelemetryListener } from '@fluxgate/listeners/opentelemetry'
import { OTLPMetricExporter } from '@opentelemetry/exporter-metrics-otlp-http'
import { MeterProvider, PeriodicExportingMetricReader } from '@opentelemetry/sdk-metrics'
import { afterEach, beforeEach, expect, test } from 'vitest'

interface DataPoint {
  attributes: { key: string; value: { stringValue: string } }[]
  asInt?: number
  asDouble?: number
  count?: number
}

interface Metric {
  name: string
  unit: string
  sum?: { dataPoints: DataPoint[]; isMonotonic: boolean; aggregationTemporality: number }
  gauge?: { dataPoints: DataPoint[] }
  histogram?: { dataPoints: DataPoint[]; aggregationTemporality: number }
}

interface Body {
  resourceMetrics: { scopeMetrics: { scope: { name: string }; metrics: Metric[] }[] }[]
}

/** What a collector received at `/v1/metrics`. */
let received: { path: string | undefined; body: Body }[] = []
let receiver: Server
beforeEach(async () => {
  received = []
  receiver = createServer(async (request, response) => {
    received.push({ path: request.url, body: (await json(request)) as Body })
    response.setHeader('content-type', 'application/json').end('{}')
  })
  receiver.listen(0, '127.0.0.1')
  await once(receiver, 'listening')
})
afterEach(() => {
  receiver.close()
})

test('the metrics arrive at a collector over OTLP', async () => {
  const { port } = receiver.address() as AddressInfo
  const exporter = new OTLPMetricExporter({ url: `http://127.0.0.1:${port}/v1/metrics` })
  const reader = new PeriodicExportingMetricReader({ exporter, exportIntervalMillis: 2 ** 30 })
  const provider = new MeterProvider({ readers: [reader] })
  const meter = provider.getMeter('@fluxgate/listeners')
  const listener = new OpenTelemetryListener({ meter, durations: true })
  const circuit = new CircuitBreaker({ name: 'payments', listeners: [listener] })
  circuit.callSync(() => 1)
  circuit.callSync(() => 1)
  circuit.forceOpen()
  circuit.tryAcquire()
  await provider.forceFlush()
  await provider.shutdown()

  expect(received[0]?.path).toBe('/v1/metrics')
  const scope = received[0]?.body.resourceMetrics[0]?.scopeMetrics[0]
  expect(scope?.scope.name).toBe('@fluxgate/listeners')
  const metrics = new Map(scope?.metrics.map((metric) => [metric.name, metric]))
  const values = (name: string) => {
    const { sum, gauge, histogram } = metrics.get(name) ?? {}
    const { dataPoints = [] } = sum ?? gauge ?? histogram ?? {}
    const texts = dataPoints.map(({ attributes, asInt, asDouble, count }) => {
      const labels = attributes.map(({ key, value }) => `${key}=${value.stringValue}`)
      return [labels.sort().join(' '), asInt ?? asDouble ?? count] as const
    })
    return Object.fromEntries(texts.filter(([, value]) => value !== 0))
  }
  expect(values('circuit_breaker.calls')).toEqual({
    'circuit.name=payments outcome=success': 2,
    'circuit.name=payments outcome=rejected': 1,
  })
  expect(metrics.get('circuit_breaker.calls')).toMatchObject({
    unit: '{call}',
    sum: { isMonotonic: true, aggregationTemporality: 2 },
  })
  expect(values('circuit_breaker.state')).toEqual({
    'circuit.name=payments state=forced_open': 1,
  })
  expect(values('circuit_breaker.state_transition')).toEqual({
    'circuit.name=payments new_state=forced_open old_state=closed': 1,
  })
  expect(values('circuit_breaker.call.duration')).toEqual({
    'circuit.name=payments outcome=success': 2,
  })
  expect(metrics.get('circuit_breaker.call.duration')?.unit).toBe('s')
})
