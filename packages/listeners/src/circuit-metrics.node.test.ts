import { AggregatorRegistry, Counter, type OpenMetricsContentType, Registry } from 'prom-client'
import { beforeEach, describe, expect, test } from 'vitest'
import { PrometheusRig } from '../test/prometheus-rig.ts'
import { PrometheusListener } from './prometheus-listener.ts'

let rig: PrometheusRig
beforeEach(() => {
  rig = new PrometheusRig()
})

describe('a registry', () => {
  test('holds two sets of metrics with different prefixes', async () => {
    rig.circuit('a', rig.listener({ prefix: 'shop_' }))
    rig.circuit('b')
    expect(await rig.scrape('shop_circuit_breaker_state{')).toEqual([
      'shop_circuit_breaker_state{circuit_name="a",state="closed"} 1',
    ])
    expect(await rig.scrape('circuit_breaker_state{')).toEqual([
      'circuit_breaker_state{circuit_name="b",state="closed"} 1',
    ])
  })

  test('accepts a new listener after clear()', async () => {
    rig.listener()
    rig.registry.clear()
    rig.circuit('a')
    expect(await rig.scrape('circuit_breaker_state{')).toHaveLength(1)
  })

  test('shows the state after resetMetrics()', async () => {
    rig.circuit('a')
    rig.registry.resetMetrics()
    expect(await rig.scrape('circuit_breaker_state{')).toHaveLength(1)
  })

  test('with a foreign metric of one of the names is rejected', () => {
    const { registry } = rig
    new Counter({ name: 'circuit_breaker_calls_total', help: 'foreign', registers: [registry] })
    expect(() => rig.listener()).toThrow(
      'PrometheusListener: registry already has a metric "circuit_breaker_calls_total" that this class did not create; set the option prefix',
    )
    expect(registry.getMetricsAsArray()).toHaveLength(1)
    rig.listener({ prefix: 'shop_' })
  })
})

test('writes the OpenMetrics format, also for a second scrape and a second listener', async () => {
  const registry = new Registry<OpenMetricsContentType>()
  registry.setContentType(Registry.OPENMETRICS_CONTENT_TYPE)
  rig.call(rig.circuit('a', new PrometheusListener({ registry })), 'success')
  for (let i = 0; i < 2; i++) {
    const text = await registry.metrics()
    expect(text).toContain('circuit_breaker_calls_total{circuit_name="a",outcome="success"} 1')
    expect(text).toMatch(/# EOF\n$/)
  }
  new PrometheusListener({ registry })
})

test('a cluster aggregates the states of all workers and the average of their rates', async () => {
  const workers = [new PrometheusRig(), new PrometheusRig(), new PrometheusRig()]
  const [healthy, failing, disabled] = workers.map((worker) => worker.circuit('a'))
  if (!healthy || !failing || !disabled) throw new Error('a circuit is missing')
  healthy.metricsOnly()
  failing.metricsOnly()
  disabled.disable()
  workers[0]?.call(healthy, 'success')
  workers[1]?.call(failing, 'failure', 1_000)
  const metrics = await Promise.all(workers.map(({ registry }) => registry.getMetricsAsJSON()))
  const cluster = new PrometheusRig(AggregatorRegistry.aggregate(metrics))
  expect(await cluster.scrape('circuit_breaker_state{')).toEqual([
    'circuit_breaker_state{circuit_name="a",state="metrics_only"} 1',
    'circuit_breaker_state{circuit_name="a",state="disabled"} 1',
  ])
  expect(await cluster.scrape('circuit_breaker_failure_rate{')).toEqual([
    'circuit_breaker_failure_rate{circuit_name="a"} 0.5',
  ])
  expect(await cluster.scrape('circuit_breaker_slow_rate{')).toEqual([
    'circuit_breaker_slow_rate{circuit_name="a",threshold="1000"} 0.5',
  ])
})

test('escapes quotes, backslashes and line breaks in names', async () => {
  rig.circuit('a"b\\c\nd')
  expect(await rig.scrape('circuit_breaker_state{')).toEqual([
    'circuit_breaker_state{circuit_name="a\\"b\\\\c\\nd",state="closed"} 1',
  ])
})
