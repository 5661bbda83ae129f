import { AggregatorRegistry, Counter, type OpenMetricsContentType, Registry } from 'prom-client'
import { beforeEach, describe, expect, test, vi } from 'vitest'
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

  test('has the series of its circuits again after clear(), at 0', async () => {
    const breaker = rig.circuit('a')
    rig.call(breaker, 'success', 40)
    rig.registry.clear()
    expect(await rig.scrape('circuit_breaker_state{')).toHaveLength(1)
    expect(await rig.scrape('circuit_breaker_calls_total')).toEqual([])
    rig.call(breaker, 'success', 40)
    rig.circuit('b')
    expect(await rig.scrape('circuit_breaker_calls_total')).toEqual([
      'circuit_breaker_calls_total{circuit_name="a",outcome="success"} 1',
    ])
    expect(await rig.scrape('circuit_breaker_call_duration_seconds_count')).toEqual([
      'circuit_breaker_call_duration_seconds_count{circuit_name="a",outcome="success"} 1',
    ])
    expect(await rig.scrape('circuit_breaker_state{')).toHaveLength(2)
  })

  test('stays empty after clear() until a circuit is attached', async () => {
    const listener = rig.listener()
    rig.circuit('a', listener).dispose()
    rig.registry.clear()
    expect(rig.registry.getMetricsAsArray()).toEqual([])
    rig.circuit('b', listener)
    expect(await rig.scrape('circuit_breaker_state{')).toHaveLength(1)
  })

  test('does not restore a metric that was removed by name', async () => {
    const breaker = rig.circuit('a')
    rig.registry.removeSingleMetric('circuit_breaker_call_duration_seconds')
    rig.call(breaker, 'success')
    expect(await rig.scrape('circuit_breaker_call_duration')).toEqual([])
    expect(await rig.scrape('circuit_breaker_calls_total')).toHaveLength(1)
  })

  test('counts from 0 after resetMetrics()', async () => {
    const breaker = rig.circuit('a')
    rig.call(breaker, 'success')
    breaker.forceOpen()
    breaker.metricsOnly()
    for (let i = 0; i < 2; i++) rig.call(breaker, 'failure')
    rig.registry.resetMetrics()
    expect(await rig.scrape('circuit_breaker_state{')).toHaveLength(1)
    for (const metric of ['calls_total', 'call_duration', 'state_transition', 'shadow_trips']) {
      expect(await rig.scrape(`circuit_breaker_${metric}`)).toEqual([])
    }
    expect(await rig.scrape('circuit_breaker_calls_total', { zeros: true })).toHaveLength(5)
    rig.call(breaker, 'success')
    expect(await rig.scrape('circuit_breaker_calls_total')).toEqual([
      'circuit_breaker_calls_total{circuit_name="a",outcome="success"} 1',
    ])
  })

  test('is shared by two copies of the package', async () => {
    vi.resetModules()
    const copy: typeof import('./prometheus-listener.ts') = await import('./prometheus-listener.ts')
    expect(copy.PrometheusListener).not.toBe(PrometheusListener)
    const other = new copy.PrometheusListener({ registry: rig.registry })
    const [one, two] = [rig.circuit('one'), rig.circuit('two', other)]
    const both = rig.circuit('both', other, { listeners: [other, rig.listener()] })
    for (const breaker of [one, two, both]) rig.call(breaker, 'success')
    expect(await rig.scrape('circuit_breaker_calls_total')).toEqual([
      'circuit_breaker_calls_total{circuit_name="one",outcome="success"} 1',
      'circuit_breaker_calls_total{circuit_name="two",outcome="success"} 1',
      'circuit_breaker_calls_total{circuit_name="both",outcome="success"} 1',
    ])
  })

  test('adds its default labels, and a label of the metric takes precedence', async () => {
    rig.registry.setDefaultLabels({ app: 'shop "1"', outcome: 'default' })
    rig.call(rig.circuit('a'), 'success')
    expect(await rig.scrape('circuit_breaker_calls_total')).toEqual([
      'circuit_breaker_calls_total{circuit_name="a",outcome="success",app="shop \\"1\\""} 1',
    ])
    expect(await rig.scrape('circuit_breaker_shadow', { zeros: true })).toEqual([
      'circuit_breaker_shadow_trips_total{circuit_name="a",app="shop \\"1\\"",outcome="default"} 0',
    ])
    const [metric] = await rig.registry.getMetricsAsJSON()
    expect(metric).toMatchObject({ name: 'circuit_breaker_state' })
  })

  test('omits a default label that is also a label of the listener', async () => {
    rig.registry.setDefaultLabels({ app: 'shop', zone: 'default', circuit_name: 'default' })
    rig.call(rig.circuit('a', rig.listener({ labels: { zone: 'eu' } })), 'success')
    rig.call(rig.circuit('b'), 'success')
    expect((await rig.scrape('circuit_breaker_calls_total')).sort()).toEqual([
      'circuit_breaker_calls_total{circuit_name="a",zone="eu",outcome="success",app="shop"} 1',
      'circuit_breaker_calls_total{circuit_name="b",outcome="success",app="shop",zone="default"} 1',
    ])
  })

  test('never writes a label twice, whatever the names of its default labels', async () => {
    const names = 'circuit_name state old_state new_state outcome threshold le'.split(' ')
    rig.registry.setDefaultLabels(Object.fromEntries(names.map((name) => [name, 'default'])))
    rig.call(rig.circuit('a'), 'success', 1_500)
    const lines = await rig.scrape('circuit_breaker_', { zeros: true })
    const series = lines.filter((line) => line.includes('{'))
    for (const line of series) {
      const found = [...line.matchAll(/[{,](\w+)="/g)].map(([, name = '']) => name)
      const hasNoBound = /_seconds_(sum|count)\{/.test(line)
      const expected = names.filter((name) => name !== 'le' || !hasNoBound)
      expect(found.sort(), line).toEqual(expected.sort())
    }
    const kinds = new Set(series.map((line) => line.replace(/\{.*/, '')))
    expect(kinds.size).toBeGreaterThan(4)
  })

  test('does not get a clear() method if it has none', () => {
    const registry = new Registry()
    const bare = {
      registerMetric: registry.registerMetric.bind(registry),
      getSingleMetric: registry.getSingleMetric.bind(registry),
    }
    new PrometheusListener({ registry: bare as never })
    expect(bare).not.toHaveProperty('clear')
  })

  test('lets other code replace clear(), and remove the replacement', () => {
    const { registry } = rig
    rig.circuit('a')
    const clear = vi.fn()
    registry.clear = clear
    registry.clear()
    expect(clear).toHaveBeenCalledOnce()
    Reflect.deleteProperty(registry, 'clear')
    registry.clear()
    expect(clear).toHaveBeenCalledOnce()
    expect(registry.getMetricsAsArray()).toEqual([])
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

test('the metrics have the documented names, texts, types and aggregators', async () => {
  rig.listener()
  const metrics = await rig.registry.getMetricsAsJSON()
  expect(metrics.map(({ name, help, type, aggregator }) => [name, type, aggregator, help])).toEqual(
    [
      ['state', 'gauge', 'max', 'Whether the circuit is in the state: 1 or 0.'],
      ['state_transition_total', 'counter', 'sum', 'State transitions.'],
      [
        'shadow_trips_total',
        'counter',
        'sum',
        'Times a circuit in metrics_only would have opened.',
      ],
      ['calls_total', 'counter', 'sum', 'Calls by outcome.'],
      ['call_duration_seconds', 'histogram', 'sum', 'Duration of admitted calls.'],
      [
        'failure_rate',
        'gauge',
        'average',
        'Failure rate of the calls in the window, 0 to 1; absent without calls.',
      ],
      [
        'slow_rate',
        'gauge',
        'average',
        'Share of the calls in the window that took at least the threshold (ms) of a rule, 0 to 1; absent without calls.',
      ],
      [
        'fleet_reachable',
        'gauge',
        'min',
        'Whether the store of the shared circuit answers: 1 or 0; absent for other circuits.',
      ],
    ].map(([name, ...rest]) => [`circuit_breaker_${name}`, ...rest]),
  )
})

test('the text of a metric begins with its documented type', async () => {
  rig.circuit('a')
  const types = await rig.scrape('# TYPE')
  expect(types).toEqual(
    [
      'state gauge',
      'state_transition_total counter',
      'shadow_trips_total counter',
      'calls_total counter',
      'call_duration_seconds histogram',
      'failure_rate gauge',
      'slow_rate gauge',
      'fleet_reachable gauge',
    ].map((type) => `# TYPE circuit_breaker_${type}`),
  )
})

test('the series as data have the labels and names that prom-client gives its own', async () => {
  rig.call(rig.circuit('a', rig.listener({ buckets: [0.5] })), 'success', 250)
  const metrics = await rig.registry.getMetricsAsJSON()
  const valuesOf = (name: string) => {
    const metric = metrics.find((each) => each.name === `circuit_breaker_${name}`)
    return (metric as { values?: object[] } | undefined)?.values
  }
  const labels = { circuit_name: 'a', outcome: 'success' }
  const duration = (suffix: string) => `circuit_breaker_call_duration_seconds_${suffix}`
  expect(valuesOf('call_duration_seconds')).toStrictEqual([
    { labels: { le: 0.5, ...labels }, value: 1, metricName: duration('bucket') },
    { labels: { le: '+Inf', ...labels }, value: 1, metricName: duration('bucket') },
    { labels, value: 0.25, metricName: duration('sum') },
    { labels, value: 1, metricName: duration('count') },
  ])
  expect(valuesOf('calls_total')?.[0]).toStrictEqual({ labels, value: 1 })
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

describe('labels', () => {
  test('in another order are the same labels', async () => {
    const listeners = [
      rig.listener({ labels: { service: 'checkout', region: 'eu', zone: 'a' } }),
      rig.listener({ labels: { zone: 'a', service: 'checkout', region: 'eu' } }),
    ]
    rig.call(rig.circuit('db', undefined, { listeners }), 'success')
    expect(await rig.scrape('circuit_breaker_calls_total')).toEqual([
      'circuit_breaker_calls_total{circuit_name="db",service="checkout",region="eu",zone="a",outcome="success"} 1',
    ])
  })

  test('are added to every series', async () => {
    const labels = { service: 'checkout', region: 'eu"1' }
    const listener = rig.listener({ labels })
    rig.call(rig.circuit('a', listener), 'success', 1_500)
    const series = (await rig.scrape('circuit_breaker_')).filter((line) => line.includes('{'))
    const added = 'circuit_name="a",service="checkout",region="eu\\"1"'
    expect(series.filter((line) => !line.includes(added))).toEqual([])
    expect(series.length).toBeGreaterThan(4)
    const metrics = await rig.registry.getMetricsAsJSON()
    const [value] = (metrics[0] as { values?: { labels: object }[] }).values ?? []
    expect(value?.labels).toEqual({ circuit_name: 'a', ...labels, state: 'closed' })
  })

  test('keep the circuits of two services apart, with a limit for each', async () => {
    const [checkout, search] = ['checkout', 'search'].map((service) =>
      rig.listener({ labels: { service }, maxCircuits: 1 }),
    )
    for (const listener of [checkout, search]) rig.call(rig.circuit('db', listener), 'success')
    expect(await rig.scrape('circuit_breaker_calls_total')).toEqual([
      'circuit_breaker_calls_total{circuit_name="db",service="checkout",outcome="success"} 1',
      'circuit_breaker_calls_total{circuit_name="db",service="search",outcome="success"} 1',
    ])
  })
})

test('a scrape of many circuits runs in blocks, and other tasks run in between', async () => {
  const listener = rig.listener({ maxCircuits: 1_000 })
  for (let i = 0; i < 1_000; i++) rig.call(rig.circuit(`circuit ${i}`, listener), 'success')
  let tasks = 0
  let done = false
  const task = () => {
    tasks++
    if (!done) setImmediate(task)
  }
  setImmediate(task)
  const [lines, again] = await Promise.all([
    rig.scrape('circuit_breaker_calls_total', { zeros: true }),
    rig.scrape('circuit_breaker_call_duration_seconds_count'),
  ])
  done = true
  expect(tasks).toBeGreaterThan(5)
  expect(new Set(lines).size).toBe(5_000)
  expect(again).toHaveLength(1_000)
})
