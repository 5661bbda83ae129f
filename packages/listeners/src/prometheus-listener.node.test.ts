import {
  type BreakerOptions,
  CircuitBreaker,
  cooldown,
  countWindow,
  errorWhere,
  failureRate,
  minRequests,
  slowRate,
  timeWindow,
} from '@fluxgate/core'
import { ManualClock } from '@fluxgate/core/testing'
import { AggregatorRegistry, Counter, type OpenMetricsContentType, Registry } from 'prom-client'
import { beforeEach, describe, expect, test, vi } from 'vitest'
import { PrometheusListener } from './prometheus-listener.ts'

let registry: Registry
let clock: ManualClock
beforeEach(() => {
  registry = new Registry()
  clock = new ManualClock()
})

function circuit(
  name: string,
  listener: PrometheusListener,
  options: Partial<BreakerOptions> = {},
) {
  return new CircuitBreaker({
    name,
    clock,
    tripper: minRequests(2).and(failureRate(0.5).or(slowRate(1, 1_000))),
    retry: cooldown(30_000),
    probes: 1,
    listeners: [listener],
    ...options,
  })
}

function call(breaker: CircuitBreaker, outcome: 'success' | 'failure', durationMs = 0): void {
  const ticket = breaker.acquire()
  clock.advance(durationMs)
  if (outcome === 'success') ticket.success()
  else ticket.failure(new Error('down'))
}

/** The lines of one metric that a scrape gives, without the ones that are 0 unless asked for. */
async function scrape(metric: string, { zeros = false } = {}): Promise<string[]> {
  const lines = (await registry.metrics()).split('\n')
  return lines.filter((line) => line.startsWith(metric) && (zeros || !line.endsWith(' 0')))
}

describe('from attach on', () => {
  test('every state is there, the current one with 1', async () => {
    const breaker = circuit('payments', new PrometheusListener({ registry }))
    expect(await scrape('circuit_breaker_state{', { zeros: true })).toEqual([
      'circuit_breaker_state{circuit_name="payments",state="closed"} 1',
      'circuit_breaker_state{circuit_name="payments",state="open"} 0',
      'circuit_breaker_state{circuit_name="payments",state="half_open"} 0',
      'circuit_breaker_state{circuit_name="payments",state="metrics_only"} 0',
      'circuit_breaker_state{circuit_name="payments",state="disabled"} 0',
      'circuit_breaker_state{circuit_name="payments",state="forced_open"} 0',
    ])
    breaker.forceOpen()
    expect(await scrape('circuit_breaker_state{')).toEqual([
      'circuit_breaker_state{circuit_name="payments",state="forced_open"} 1',
    ])
  })

  test('a circuit that is joined late shows the state it is in', async () => {
    const breaker = new CircuitBreaker({ name: 'payments' })
    breaker.disable()
    breaker.subscribe(new PrometheusListener({ registry }))
    expect(await scrape('circuit_breaker_state{')).toEqual([
      'circuit_breaker_state{circuit_name="payments",state="disabled"} 1',
    ])
  })

  test('the counters stand at 0, so that increase() sees the first event', async () => {
    circuit('payments', new PrometheusListener({ registry }))
    const counters = [
      ...(await scrape('circuit_breaker_calls_total', { zeros: true })),
      ...(await scrape('circuit_breaker_state_transition_total', { zeros: true })),
      ...(await scrape('circuit_breaker_shadow_trips_total', { zeros: true })),
    ]
    expect(counters).toEqual([
      'circuit_breaker_calls_total{circuit_name="payments",outcome="success"} 0',
      'circuit_breaker_calls_total{circuit_name="payments",outcome="failure"} 0',
      'circuit_breaker_calls_total{circuit_name="payments",outcome="ignored"} 0',
      'circuit_breaker_calls_total{circuit_name="payments",outcome="aborted"} 0',
      'circuit_breaker_calls_total{circuit_name="payments",outcome="rejected"} 0',
      'circuit_breaker_state_transition_total{circuit_name="payments",old_state="closed",new_state="open"} 0',
      'circuit_breaker_state_transition_total{circuit_name="payments",old_state="open",new_state="half_open"} 0',
      'circuit_breaker_state_transition_total{circuit_name="payments",old_state="half_open",new_state="closed"} 0',
      'circuit_breaker_state_transition_total{circuit_name="payments",old_state="half_open",new_state="open"} 0',
      'circuit_breaker_shadow_trips_total{circuit_name="payments"} 0',
    ])
  })
})

describe('counts', () => {
  test('calls by outcome', async () => {
    const tracker = errorWhere((error) => !(error instanceof RangeError))
    const breaker = circuit('payments', new PrometheusListener({ registry }), { tracker })
    const leave = new AbortController()
    const aborted = breaker.call(() => new Promise(() => {}), { signal: leave.signal })
    leave.abort()
    await expect(aborted).rejects.toThrow()
    await expect(
      breaker.call(() => {
        throw new RangeError('mine')
      }),
    ).rejects.toThrow()
    call(breaker, 'success')
    call(breaker, 'success')
    call(breaker, 'failure')
    call(breaker, 'failure')
    expect(breaker.state).toBe('open')
    expect(breaker.tryAcquire()).toBeUndefined()
    expect(await scrape('circuit_breaker_calls_total')).toEqual([
      'circuit_breaker_calls_total{circuit_name="payments",outcome="success"} 2',
      'circuit_breaker_calls_total{circuit_name="payments",outcome="failure"} 2',
      'circuit_breaker_calls_total{circuit_name="payments",outcome="ignored"} 1',
      'circuit_breaker_calls_total{circuit_name="payments",outcome="aborted"} 1',
      'circuit_breaker_calls_total{circuit_name="payments",outcome="rejected"} 1',
    ])
  })

  test('transitions, and a shadow verdict apart from them', async () => {
    const breaker = circuit('payments', new PrometheusListener({ registry }))
    call(breaker, 'failure')
    call(breaker, 'failure')
    clock.advance(30_000)
    call(breaker, 'success')
    breaker.metricsOnly()
    call(breaker, 'failure')
    call(breaker, 'failure')
    expect(await scrape('circuit_breaker_state_transition_total')).toEqual([
      'circuit_breaker_state_transition_total{circuit_name="payments",old_state="closed",new_state="open"} 1',
      'circuit_breaker_state_transition_total{circuit_name="payments",old_state="open",new_state="half_open"} 1',
      'circuit_breaker_state_transition_total{circuit_name="payments",old_state="half_open",new_state="closed"} 1',
      'circuit_breaker_state_transition_total{circuit_name="payments",old_state="closed",new_state="metrics_only"} 1',
    ])
    expect(await scrape('circuit_breaker_shadow_trips_total')).toEqual([
      'circuit_breaker_shadow_trips_total{circuit_name="payments"} 1',
    ])
  })

  test('durations in seconds, of every call that was let through and of no rejected one', async () => {
    const breaker = circuit('payments', new PrometheusListener({ registry }))
    call(breaker, 'success', 40)
    call(breaker, 'failure', 2_000)
    expect(breaker.tryAcquire()).toBeUndefined()
    const lines = await scrape('circuit_breaker_call_duration_seconds', { zeros: true })
    const bounds = lines.flatMap((line) => line.match(/le="(.*?)".*success/)?.[1] ?? [])
    expect(bounds.map(Number)).toEqual([
      0.001,
      0.0025,
      0.005,
      0.01,
      0.025,
      0.05,
      0.1,
      0.25,
      0.5,
      1,
      2.5,
      5,
      10,
      30,
      Number.NaN,
    ])
    const has = (line: string) =>
      expect(lines).toContain(`circuit_breaker_call_duration_seconds${line}`)
    has('_bucket{le="0.025",circuit_name="payments",outcome="success"} 0')
    has('_bucket{le="0.05",circuit_name="payments",outcome="success"} 1')
    has('_sum{circuit_name="payments",outcome="success"} 0.04')
    has('_bucket{le="1",circuit_name="payments",outcome="failure"} 0')
    has('_bucket{le="2.5",circuit_name="payments",outcome="failure"} 1')
    has('_count{circuit_name="payments",outcome="failure"} 1')
    expect(lines.join()).not.toContain('rejected')
  })

  test('a circuit once, though it has the listener twice and another one on the same registry', async () => {
    const listener = new PrometheusListener({ registry })
    const another = new PrometheusListener({ registry })
    const breaker = circuit('payments', listener, { listeners: [listener, another, listener] })
    call(breaker, 'failure')
    call(breaker, 'failure')
    expect(await scrape('circuit_breaker_calls_total')).toEqual([
      'circuit_breaker_calls_total{circuit_name="payments",outcome="failure"} 2',
    ])
    expect(await scrape('circuit_breaker_state_transition_total')).toEqual([
      'circuit_breaker_state_transition_total{circuit_name="payments",old_state="closed",new_state="open"} 1',
    ])
  })

  test('buckets of your own', async () => {
    const breaker = circuit('a', new PrometheusListener({ registry, buckets: [0.1, 60] }))
    call(breaker, 'success', 45_000)
    const lines = await scrape('circuit_breaker_call_duration_seconds_bucket', { zeros: true })
    expect(lines.map((line) => line.replace(/.*le=("[^"]*").* /, '$1 '))).toEqual([
      '"0.1" 0',
      '"60" 1',
      '"+Inf" 1',
    ])
  })
})

describe('rates', () => {
  test('are absent without calls, and again after the window was emptied', async () => {
    const breaker = circuit('payments', new PrometheusListener({ registry }))
    expect(await scrape('circuit_breaker_failure_rate{', { zeros: true })).toEqual([])
    expect(await scrape('circuit_breaker_slow_rate{', { zeros: true })).toEqual([])
    call(breaker, 'success', 1_200)
    expect(await scrape('circuit_breaker_failure_rate{', { zeros: true })).toEqual([
      'circuit_breaker_failure_rate{circuit_name="payments"} 0',
    ])
    expect(await scrape('circuit_breaker_slow_rate{')).toEqual([
      'circuit_breaker_slow_rate{circuit_name="payments",threshold="1000"} 1',
    ])
    call(breaker, 'failure')
    expect(breaker.state).toBe('open')
    expect(await scrape('circuit_breaker_failure_rate{', { zeros: true })).toEqual([])
    expect(await scrape('circuit_breaker_slow_rate{', { zeros: true })).toEqual([])
  })

  test('are read at scrape time: a window that only grew older shows it', async () => {
    const breaker = circuit('payments', new PrometheusListener({ registry }), {
      window: timeWindow(60_000),
      tripper: minRequests(100).and(failureRate(0.5)),
    })
    call(breaker, 'failure')
    clock.advance(40_000)
    call(breaker, 'success')
    expect(await scrape('circuit_breaker_failure_rate{')).toEqual([
      'circuit_breaker_failure_rate{circuit_name="payments"} 0.5',
    ])
    clock.advance(30_000)
    expect(await scrape('circuit_breaker_failure_rate{', { zeros: true })).toEqual([
      'circuit_breaker_failure_rate{circuit_name="payments"} 0',
    ])
    clock.advance(60_000)
    expect(await scrape('circuit_breaker_failure_rate{', { zeros: true })).toEqual([])
  })

  test('cost a call nothing: no snapshot is taken between scrapes', async () => {
    const breaker = circuit('payments', new PrometheusListener({ registry }))
    const snapshot = vi.spyOn(breaker, 'snapshot')
    call(breaker, 'success')
    expect(snapshot).not.toHaveBeenCalled()
    await registry.metrics()
    expect(snapshot).toHaveBeenCalled()
  })
})

describe('when it leaves', () => {
  test('every series of the circuit is gone, and no other one', async () => {
    const listener = new PrometheusListener({ registry })
    const gone = circuit('gone', listener)
    const staying = circuit('staying', listener)
    for (const breaker of [gone, staying]) {
      call(breaker, 'success', 1_500)
      call(breaker, 'failure')
      clock.advance(30_000)
      call(breaker, 'success', 1_500)
      breaker.metricsOnly()
      call(breaker, 'failure')
      call(breaker, 'failure')
    }
    expect(await scrape('circuit_breaker_', { zeros: true })).toContainEqual(
      expect.stringContaining('"gone"'),
    )
    const before = (await scrape('', { zeros: true })).filter((line) => line.includes('"staying"'))
    gone.dispose()
    const after = (await scrape('circuit_breaker_', { zeros: true })).filter((line) =>
      line.includes('{'),
    )
    expect(after).toEqual(before)
  })

  test('two circuits of one name share their series until the last one left', async () => {
    const listener = new PrometheusListener({ registry })
    const first = circuit('payments', listener)
    const second = circuit('payments', listener)
    call(first, 'success')
    call(second, 'failure')
    second.forceOpen()
    expect(await scrape('circuit_breaker_state{')).toEqual([
      'circuit_breaker_state{circuit_name="payments",state="closed"} 1',
      'circuit_breaker_state{circuit_name="payments",state="forced_open"} 1',
    ])
    second.dispose()
    expect(await scrape('circuit_breaker_state{')).toEqual([
      'circuit_breaker_state{circuit_name="payments",state="closed"} 1',
    ])
    expect(await scrape('circuit_breaker_calls_total')).toHaveLength(2)
    first.dispose()
    expect(await scrape('circuit_breaker_', { zeros: true })).toEqual([])
  })

  test('a circuit with two of them stays until both left', async () => {
    const breaker = new CircuitBreaker({ name: 'payments' })
    const leaves = [1, 2].map(() => breaker.subscribe(new PrometheusListener({ registry })))
    leaves[0]?.()
    expect(await scrape('circuit_breaker_state{')).toHaveLength(1)
    leaves[1]?.()
    expect(await scrape('circuit_breaker_state{')).toEqual([])
  })
})

describe('beyond maxCircuits', () => {
  test('circuits share __other__, and onError is told once, at once', async () => {
    const onError = vi.fn()
    const listener = new PrometheusListener({ registry, maxCircuits: 2 })
    const own = ['a', 'b'].map((name) => circuit(name, listener, { onError }))
    expect(onError).not.toHaveBeenCalled()
    const shared = ['c', 'd', 'e'].map((name) => circuit(name, listener, { onError }))
    expect(onError).toHaveBeenCalledExactlyOnceWith(
      new Error(
        'PrometheusListener: more than 2 circuits; from "c" on they share the label __other__. Raise maxCircuits, or give fewer circuits this listener',
      ),
      { circuitName: 'c', source: 'listener' },
    )
    for (const breaker of [...own, ...shared]) call(breaker, 'success', 1_500)
    shared[0]?.forceOpen()
    if (shared[1]) call(shared[1], 'failure')
    expect(await scrape('circuit_breaker_calls_total')).toEqual([
      'circuit_breaker_calls_total{circuit_name="a",outcome="success"} 1',
      'circuit_breaker_calls_total{circuit_name="b",outcome="success"} 1',
      'circuit_breaker_calls_total{circuit_name="__other__",outcome="success"} 3',
      'circuit_breaker_calls_total{circuit_name="__other__",outcome="failure"} 1',
    ])
    const others = (lines: string[]) => lines.filter((line) => line.includes('__other__'))
    expect(others(await scrape('circuit_breaker_state{'))).toEqual([
      'circuit_breaker_state{circuit_name="__other__",state="closed"} 1',
      'circuit_breaker_state{circuit_name="__other__",state="open"} 1',
      'circuit_breaker_state{circuit_name="__other__",state="forced_open"} 1',
    ])
  })

  test('a circuit of that very name is no reason to tell', async () => {
    const onError = vi.fn()
    const listener = new PrometheusListener({ registry, maxCircuits: 1 })
    circuit('a', listener, { onError })
    circuit('__other__', listener, { onError })
    expect(onError).not.toHaveBeenCalled()
    circuit('b', listener, { onError })
    expect(onError).toHaveBeenCalledTimes(1)
  })

  test('the rates of __other__ are those of all their calls together, per threshold', async () => {
    const listener = new PrometheusListener({ registry, maxCircuits: 1 })
    const tripper = minRequests(50).and(failureRate(0.5).or(slowRate(1, 1_000)))
    circuit('own', listener)
    const one = circuit('one', listener, { tripper, onError: () => {} })
    const two = circuit('two', listener, { tripper: minRequests(50).and(slowRate(1, 200)) })
    circuit('idle', listener, { tripper: minRequests(50).and(slowRate(1, 300)) })
    for (let i = 0; i < 3; i++) call(one, 'failure', 1_500)
    call(two, 'success', 300)
    expect(await scrape('circuit_breaker_failure_rate{')).toEqual([
      'circuit_breaker_failure_rate{circuit_name="__other__"} 0.75',
    ])
    expect(await scrape('circuit_breaker_slow_rate{')).toEqual([
      'circuit_breaker_slow_rate{circuit_name="__other__",threshold="1000"} 1',
      'circuit_breaker_slow_rate{circuit_name="__other__",threshold="200"} 1',
    ])
  })

  test('a label that became free is given again', async () => {
    const listener = new PrometheusListener({ registry, maxCircuits: 1 })
    const own = circuit('own', listener)
    circuit('late', listener, { onError: () => {} })
    own.dispose()
    circuit('new', listener)
    expect(await scrape('circuit_breaker_state{')).toEqual([
      'circuit_breaker_state{circuit_name="__other__",state="closed"} 1',
      'circuit_breaker_state{circuit_name="new",state="closed"} 1',
    ])
  })

  test('the number of series has an end, whatever the number of circuits', async () => {
    const listener = new PrometheusListener({ registry, maxCircuits: 10 })
    const fill = async (upTo: number) => {
      for (let i = 0; i < upTo; i++) circuit(`${upTo}-${i}`, listener, { onError: () => {} })
      return (await scrape('circuit_breaker_', { zeros: true })).length
    }
    expect(await fill(500)).toBe(await fill(11))
  })
})

describe('a registry', () => {
  test('shared by two listeners holds the metrics of both', async () => {
    circuit('a', new PrometheusListener({ registry }))
    circuit('b', new PrometheusListener({ registry }))
    expect(await scrape('circuit_breaker_state{')).toHaveLength(2)
    expect((await scrape('# TYPE circuit_breaker_state ')).length).toBe(1)
  })

  test('cleared, as between tests, takes a new listener', async () => {
    new PrometheusListener({ registry })
    registry.clear()
    circuit('a', new PrometheusListener({ registry }))
    expect(await scrape('circuit_breaker_state{')).toHaveLength(1)
  })

  test('with metrics reset shows the state all the same', async () => {
    circuit('a', new PrometheusListener({ registry }))
    registry.resetMetrics()
    expect(await scrape('circuit_breaker_state{')).toHaveLength(1)
  })

  test('may hold two sets, told apart by a prefix', async () => {
    circuit('a', new PrometheusListener({ registry, prefix: 'shop_' }))
    circuit('b', new PrometheusListener({ registry }))
    expect(await scrape('shop_circuit_breaker_state{')).toEqual([
      'shop_circuit_breaker_state{circuit_name="a",state="closed"} 1',
    ])
    expect(await scrape('circuit_breaker_state{')).toEqual([
      'circuit_breaker_state{circuit_name="b",state="closed"} 1',
    ])
  })

  test('in the OpenMetrics format', async () => {
    const openMetrics = new Registry<OpenMetricsContentType>()
    openMetrics.setContentType(Registry.OPENMETRICS_CONTENT_TYPE)
    const breaker = circuit('a', new PrometheusListener({ registry: openMetrics }))
    call(breaker, 'success')
    for (let i = 0; i < 2; i++) {
      const text = await openMetrics.metrics()
      expect(text).toContain('circuit_breaker_calls_total{circuit_name="a",outcome="success"} 1')
      expect(text).toMatch(/# EOF\n$/)
    }
    new PrometheusListener({ registry: openMetrics })
  })

  test('of each worker of a cluster, put together: the states of all, the average of their rates', async () => {
    const workers = [new Registry(), new Registry(), new Registry()]
    const breakers = workers.map((each) => circuit('a', new PrometheusListener({ registry: each })))
    const [well, ill, off] = breakers
    if (!well || !ill || !off) throw new Error('a circuit is missing')
    well.metricsOnly()
    ill.metricsOnly()
    off.disable()
    call(well, 'success')
    call(ill, 'failure', 1_000)
    registry = AggregatorRegistry.aggregate(
      await Promise.all(workers.map((each) => each.getMetricsAsJSON())),
    )
    expect(await scrape('circuit_breaker_state{')).toEqual([
      'circuit_breaker_state{circuit_name="a",state="metrics_only"} 1',
      'circuit_breaker_state{circuit_name="a",state="disabled"} 1',
    ])
    expect(await scrape('circuit_breaker_failure_rate{')).toEqual([
      'circuit_breaker_failure_rate{circuit_name="a"} 0.5',
    ])
    expect(await scrape('circuit_breaker_slow_rate{')).toEqual([
      'circuit_breaker_slow_rate{circuit_name="a",threshold="1000"} 0.5',
    ])
  })

  test('names are escaped as the format wants it', async () => {
    circuit('a"b\\c\nd', new PrometheusListener({ registry }))
    expect(await scrape('circuit_breaker_state{')).toEqual([
      'circuit_breaker_state{circuit_name="a\\"b\\\\c\\nd",state="closed"} 1',
    ])
  })
})

describe('bad input is told at construction', () => {
  test.each([
    [{ registry: {} }, 'PrometheusListener: registry must be a Registry of prom-client, got {}'],
    [
      { registry: null },
      'PrometheusListener: registry must be a Registry of prom-client, got null',
    ],
    [
      { registry: { registerMetric: () => {} } },
      'PrometheusListener: registry must be a Registry of prom-client, got {}',
    ],
    [
      { registry: { getSingleMetric: () => {} } },
      'PrometheusListener: registry must be a Registry of prom-client, got {}',
    ],
    [{ prefix: 7 }, 'PrometheusListener: prefix must be a string, got 7'],
    [
      { prefix: 'my-shop_' },
      'PrometheusListener: prefix must be letters, digits, _ and :, with no digit first, got "my-shop_"',
    ],
    [
      { buckets: [] },
      'PrometheusListener: buckets must be rising numbers of seconds above 0, got []',
    ],
    [
      { buckets: 5 },
      'PrometheusListener: buckets must be rising numbers of seconds above 0, got 5',
    ],
    [
      { buckets: [1, 1] },
      'PrometheusListener: buckets must be rising numbers of seconds above 0, got [1,1]',
    ],
    [
      { maxCircuits: 0 },
      'PrometheusListener: maxCircuits must be a whole number of at least 1, got 0',
    ],
    [
      { maxCircuit: 5 },
      'PrometheusListener: each option must be one of registry, prefix, buckets, maxCircuits, got "maxCircuit"',
    ],
  ])('%j', (options, message) => {
    expect(() => new PrometheusListener(options as never)).toThrow(message)
  })

  test.each([
    [{ prefix: 7 }, TypeError],
    [{ prefix: '7' }, RangeError],
    [{ maxCircuits: '7' }, TypeError],
    [{ maxCircuits: 0.7 }, RangeError],
    [{ buckets: 7 }, TypeError],
    [{ buckets: [7, 7] }, RangeError],
  ])('%j by its kind of error', (options, type) => {
    expect(() => new PrometheusListener(options as never)).toThrow(type)
  })

  test('a name that somebody else has taken', () => {
    new Counter({ name: 'circuit_breaker_calls_total', help: 'mine', registers: [registry] })
    expect(() => new PrometheusListener({ registry })).toThrow(
      "PrometheusListener: the registry has a metric circuit_breaker_calls_total that is no PrometheusListener's; give this one a prefix",
    )
    expect(registry.getMetricsAsArray()).toHaveLength(1)
    new PrometheusListener({ registry, prefix: 'shop_' })
  })
})

test('a window of 10 calls is shown as it is after 1,000', async () => {
  const breaker = circuit('payments', new PrometheusListener({ registry }), {
    window: countWindow(10),
    tripper: minRequests(10).and(failureRate(1)),
  })
  for (let i = 0; i < 1_000; i++) call(breaker, i % 5 === 0 ? 'failure' : 'success')
  expect(await scrape('circuit_breaker_failure_rate{')).toEqual([
    'circuit_breaker_failure_rate{circuit_name="payments"} 0.2',
  ])
})
