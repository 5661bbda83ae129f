import { readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { CircuitBreaker, failureRate, minRequests, slowRate } from '@fluxgate/core'
import { OpenTelemetryListener } from '@fluxgate/listeners/opentelemetry'
import { MeterProvider, MetricReader, type ViewOptions } from '@opentelemetry/sdk-metrics'
import { describe, expect, test } from 'vitest'
import { stubFleet } from './stub-fleet.ts'

const read = (path: string) => readFileSync(resolve(import.meta.dirname, '..', path), 'utf8')
const { exports, peerDependencies, peerDependenciesMeta } = JSON.parse(read('package.json'))

test('the listener is the same file under all conditions', () => {
  const { types, ...files } = exports['./opentelemetry']
  expect(types).toBe('./dist/opentelemetry-listener.d.ts')
  expect(new Set(Object.values(files))).toEqual(new Set(['./dist/opentelemetry-listener.js']))
})

test('the API is an optional peer, from the first version with batch callbacks on', () => {
  expect(peerDependencies['@opentelemetry/api']).toBe('^1.3.0')
  expect(peerDependenciesMeta['@opentelemetry/api']).toEqual({ optional: true })
})

class ManualReader extends MetricReader {
  protected override async onForceFlush(): Promise<void> {}
  protected override async onShutdown(): Promise<void> {}
}

test('the table in the README lists the instruments, their units and attributes', async () => {
  const reader = new ManualReader()
  const meter = new MeterProvider({ readers: [reader] }).getMeter('test')
  const circuit = new CircuitBreaker({
    name: 'a',
    tripper: minRequests(5).and(failureRate(1).or(slowRate(1, 1_000))),
    listeners: [new OpenTelemetryListener({ meter, durations: true })],
    shared: stubFleet({ reachable: true }),
  })
  circuit.callSync(() => 1)
  const { resourceMetrics } = await reader.collect()
  const created = resourceMetrics.scopeMetrics[0]?.metrics.map(({ descriptor, dataPoints }) => [
    descriptor.name,
    descriptor.unit,
    Object.keys(dataPoints[0]?.attributes ?? {}),
  ])
  const quoted = (text: string) => [...text.matchAll(/`([^`]+)`/g)].map(([, name = '']) => name)
  const rows = [...read('README.md').matchAll(/^\| `circuit_breaker\..*$/gm)].map(([row]) => {
    const [, name = '', , unit = '', attributes = '', inPrometheus = ''] = row.split('|')
    return { name: quoted(name)[0], unit: quoted(unit)[0] ?? '', attributes, inPrometheus }
  })
  expect(rows.map(({ name, unit, attributes }) => [name, unit, quoted(attributes)])).toEqual(
    created,
  )

  const table = read('README.md').matchAll(/^\| `(circuit_breaker_\w+)` \|/gm)
  expect(rows.map(({ inPrometheus }) => quoted(inPrometheus)[0]).sort()).toEqual(
    [...table].map(([, name]) => name).sort(),
  )
})

describe('the limit of the SDK for series', () => {
  /** The numbers of series that overflowed and that did not. */
  async function statesOf(circuits: number, views: ViewOptions[]): Promise<[number, number]> {
    const reader = new ManualReader()
    const meter = new MeterProvider({ readers: [reader], views }).getMeter('test')
    const listener = new OpenTelemetryListener({ meter })
    const all = Array.from({ length: circuits }, (_, i) => {
      return new CircuitBreaker({ name: `tenant-${i}`, listeners: [listener] })
    })
    const { resourceMetrics } = await reader.collect()
    const states = resourceMetrics.scopeMetrics[0]?.metrics.find(
      ({ descriptor }) => descriptor.name === 'circuit_breaker.state',
    )
    for (const circuit of all) circuit.dispose()
    const overflowed = states?.dataPoints.filter(
      ({ attributes }) => attributes['otel.metric.overflow'] === true,
    ).length
    return [overflowed ?? 0, (states?.dataPoints.length ?? 0) - (overflowed ?? 0)]
  }

  test('is above 330 circuits', async () => {
    expect(await statesOf(330, [])).toEqual([0, 330 * 6])
    expect((await statesOf(340, []))[0]).toBe(1)
  })

  test('is raised by the view of the README', async () => {
    const [view] = read('README.md').match(/(?<=`views: \[){.*?}(?=]`)/) ?? []
    expect(view).toBe(
      "{ instrumentName: 'circuit_breaker.*', aggregationCardinalityLimit: 10_000 }",
    )
    const views = [{ instrumentName: 'circuit_breaker.*', aggregationCardinalityLimit: 10_000 }]
    expect(await statesOf(1_000, views)).toEqual([0, 6_000])
  })
})
