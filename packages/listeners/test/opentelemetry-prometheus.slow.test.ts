import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { CircuitBreaker, failureRate, minRequests, slowRate } from '@fluxgate/core'
import { ManualClock } from '@fluxgate/core/testing'
import { OpenTelemetryListener } from '@fluxgate/listeners/opentelemetry'
import { PrometheusListener } from '@fluxgate/listeners/prometheus'
import { eventually } from '@fluxgate/testkit/eventually'
import { PrometheusProcess, type Sample } from '@fluxgate/testkit/prometheus-process'
import { PrometheusExporter } from '@opentelemetry/exporter-prometheus'
import { MeterProvider } from '@opentelemetry/sdk-metrics'
import { Registry } from 'prom-client'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { alertRulesFile, dashboardQueries } from './monitoring.ts'
import { stubFleet } from './stub-fleet.ts'

// The same circuits, reported by both listeners, each scraped by a Prometheus of its own.

/** Longer than the test, so that an `increase` over it is a count. */
const RANGE = '5m'

const cleanups: (() => unknown)[] = []
afterAll(async () => {
  for (const cleanup of cleanups.reverse()) await cleanup()
})

const clock = new ManualClock()
const circuits: CircuitBreaker[] = []
let promClient: PrometheusProcess
let openTelemetry: PrometheusProcess

beforeAll(async () => {
  const folder = await mkdtemp(join(tmpdir(), 'fluxgate-otel-'))
  cleanups.push(() => rm(folder, { recursive: true }))

  const registry = new Registry()
  const target = createServer(async (_, response) => response.end(await registry.metrics()))
  target.listen(0, '127.0.0.1')
  await once(target, 'listening')
  cleanups.push(() => target.close())
  const { port } = target.address() as AddressInfo

  const exporter = new PrometheusExporter({ preventServerStart: true })
  const provider = new MeterProvider({ readers: [exporter] })
  cleanups.push(() => provider.shutdown())
  const exporterTarget = createServer((request, response) =>
    exporter.getMetricsRequestHandler(request, response),
  )
  exporterTarget.listen(0, '127.0.0.1')
  await once(exporterTarget, 'listening')
  cleanups.push(() => exporterTarget.close())
  const { port: exporterPort } = exporterTarget.address() as AddressInfo

  const listeners = [
    new PrometheusListener({ registry }),
    new OpenTelemetryListener({ meter: provider.getMeter('test'), durations: true }),
  ]
  for (const name of ['catalog', 'payments', 'recommendations']) {
    const tripper = minRequests(20).and(failureRate(0.5).or(slowRate(0.9, 100)))
    const shared = name === 'payments' ? stubFleet({ reachable: true }) : undefined
    circuits.push(new CircuitBreaker({ name, clock, tripper, listeners, shared }))
  }
  const start = async (name: string, port: number) => {
    const prometheus = await PrometheusProcess.start(
      join(folder, name),
      `127.0.0.1:${port}`,
      alertRulesFile,
    )
    cleanups.push(() => prometheus.stop())
    return prometheus
  }
  ;[promClient, openTelemetry] = await Promise.all([
    start('prom-client', port),
    start('opentelemetry', exporterPort),
  ])
}, 60_000)

/** By the labels that both have; the exporter adds its own. */
function byLabels(samples: Sample[]): Record<string, number> {
  const own = /^(instance|job|otel_|__name__)/
  return Object.fromEntries(
    samples.map(({ labels, value }) => [
      Object.entries(labels)
        .flatMap(([name, value]) => (own.test(name) ? [] : [`${name}=${value}`]))
        .sort()
        .join(' '),
      value,
    ]),
  )
}

const query = async (text: string) => {
  const [expected, actual] = await Promise.all([promClient.query(text), openTelemetry.query(text)])
  return { expected: byLabels(expected), actual: byLabels(actual) }
}

/** Waits until both give the same series, with values that differ by at most 6 %. */
async function expectSame(text: string, series: number): Promise<void> {
  await eventually(async () => {
    const { expected, actual } = await query(text)
    expect(Object.keys(expected)).toHaveLength(series)
    expect(Object.keys(actual).sort()).toEqual(Object.keys(expected).sort())
    for (const [labels, value] of Object.entries(expected)) {
      // two samples of `rate` and `increase` are taken at different times
      const near = Math.abs((actual[labels] ?? Number.NaN) - value) <= 0.06 * value
      expect(near, `${labels}: ${actual[labels]} instead of ${value}`).toBe(true)
    }
  })
}

function succeedIn(durationMs: number): number {
  clock.advance(durationMs)
  return 1
}

function failIn(durationMs: number): never {
  clock.advance(durationMs)
  throw new Error('down')
}

test('the dashboard and the alerts show the same with either listener', {
  timeout: 90_000,
}, async () => {
  const zeros = 'count(circuit_breaker_calls_total == 0)'
  await expect.poll(async () => (await query(zeros)).actual).toEqual({ '': 15 })
  await expect.poll(async () => (await query(zeros)).expected).toEqual({ '': 15 })

  const [catalog, payments, recommendations] = circuits
  const call = (circuit: CircuitBreaker | undefined, times: number, fn: () => number) => {
    for (let i = 0; i < times; i++) circuit?.callSync(fn, { fallback: () => 0 })
  }
  // a histogram begins with its first call, and `rate` needs a scrape before the others
  for (const circuit of circuits) {
    circuit.metricsOnly()
    call(circuit, 1, () => succeedIn(40))
    call(circuit, 1, () => failIn(40))
    circuit.reset() // before the next scrape, which must find an empty window
  }
  const counted =
    'count({__name__=~"circuit_breaker_call_duration.*_count"}) + count(circuit_breaker_calls_total == 1)'
  await eventually(async () =>
    expect(await query(counted)).toEqual({ expected: { '': 12 }, actual: { '': 12 } }),
  )
  recommendations?.metricsOnly()
  for (let i = 0; i < 7; i++) {
    catalog?.trip()
    catalog?.reset()
  }
  call(catalog, 24, () => succeedIn(40))
  call(catalog, 8, () => failIn(300))
  call(payments, 50, () => failIn(40)) // opens after 20 calls
  call(recommendations, 30, () => failIn(700))

  for (const [name, series] of [
    ['circuit_breaker_calls_total', 15],
    ['circuit_breaker_state', 18],
    ['circuit_breaker_state_transition_total', 19],
    ['circuit_breaker_shadow_trips_total', 3],
    ['circuit_breaker_failure_rate', 2],
    ['circuit_breaker_slow_rate', 2],
  ] as const) {
    await eventually(async () => {
      const { expected, actual } = await query(name)
      expect(Object.keys(expected), name).toHaveLength(series)
      expect(actual, name).toEqual(expected)
    })
  }

  const queries = dashboardQueries(RANGE)
  const series: Record<string, number> = {
    'Circuits A': 1,
    'Not closed A': 1,
    'Calls by outcome A': 5,
    'State over time A': 3,
    'Failure rate A': 2,
    'Slow rate A': 2,
    'Rejections A': 3,
    'Transitions A': 3,
    'Call duration A': 3,
    'Call duration B': 3,
    'Call duration C': 3,
    'Shadow verdicts A': 1,
    'Store of shared circuits A': 1,
  }
  expect([...queries.keys()].sort()).toEqual(Object.keys(series).sort())
  for (const [name, text] of queries) await expectSame(text, series[name] ?? 0)

  const alerted: Record<string, number> = {
    CircuitNotClosed: 1,
    CircuitFlapping: 1,
    CircuitShadowTrip: 1,
    CircuitFleetUnreachable: 0,
  }
  const alerts = await promClient.rules()
  expect(alerts.map(({ name }) => name)).toEqual(Object.keys(alerted))
  for (const { name, query: text } of alerts) await expectSame(text, alerted[name] ?? 0)
})
