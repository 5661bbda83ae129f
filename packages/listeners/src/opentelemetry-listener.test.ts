import { CircuitBreaker } from '@fluxgate/core'
import { metrics } from '@opentelemetry/api'
import { AggregationTemporality } from '@opentelemetry/sdk-metrics'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { OpenTelemetryRig } from '../test/opentelemetry-rig.ts'
import { stubFleet } from '../test/stub-fleet.ts'
import { OpenTelemetryListener } from './opentelemetry-listener.ts'

let rig: OpenTelemetryRig
beforeEach(() => {
  rig = new OpenTelemetryRig()
})
afterEach(() => metrics.disable())

/** Opens the circuit with two failures. */
function open(circuit: CircuitBreaker): void {
  rig.call(circuit, 'failure')
  rig.call(circuit, 'failure')
}

describe('calls', () => {
  test('are counted by outcome', async () => {
    const circuit = rig.circuit('payments')
    rig.call(circuit, 'success')
    const controller = new AbortController()
    const { signal } = controller
    const aborted = circuit.call(() => new Promise(() => {}), { signal }).catch(() => {})
    controller.abort()
    await aborted
    rig.call(circuit, 'failure')
    circuit.tryAcquire()
    expect(await rig.collect('circuit_breaker.calls')).toEqual({
      'circuit.name=payments outcome=success': 1,
      'circuit.name=payments outcome=aborted': 1,
      'circuit.name=payments outcome=failure': 1,
      'circuit.name=payments outcome=rejected': 1,
    })
  })

  test('have counters that start at 0 for each outcome', async () => {
    rig.circuit('payments')
    const calls = await rig.collect('circuit_breaker.calls', { zeros: true })
    expect(Object.entries(calls).sort()).toEqual(
      ['aborted', 'failure', 'ignored', 'rejected', 'success'].map((outcome) => [
        `circuit.name=payments outcome=${outcome}`,
        0,
      ]),
    )
  })

  test('of circuits with one name are added up', async () => {
    const listener = rig.listener()
    for (const circuit of [rig.circuit('a', listener), rig.circuit('a', listener)]) {
      rig.call(circuit, 'success')
    }
    expect(await rig.collect('circuit_breaker.calls')).toEqual({
      'circuit.name=a outcome=success': 2,
    })
  })

  test('are counted once for a circuit that has the listener twice', async () => {
    const listener = rig.listener()
    const circuit = rig.circuit('a', listener)
    const unsubscribe = circuit.subscribe(listener)
    rig.call(circuit, 'success')
    circuit.trip()
    unsubscribe()
    circuit.reset()
    rig.call(circuit, 'success')
    expect(await rig.collect('circuit_breaker.calls')).toEqual({
      'circuit.name=a outcome=success': 2,
    })
    expect(await rig.collect('circuit_breaker.state_transition')).toEqual({
      'circuit.name=a new_state=open old_state=closed': 1,
      'circuit.name=a new_state=closed old_state=open': 1,
    })
  })

  test('are reported as differences with delta temporality', async () => {
    rig = new OpenTelemetryRig(AggregationTemporality.DELTA)
    const circuit = rig.circuit('a')
    const calls = () => rig.collect('circuit_breaker.calls')
    rig.call(circuit, 'success')
    expect(await calls()).toEqual({ 'circuit.name=a outcome=success': 1 })
    rig.call(circuit, 'success')
    rig.call(circuit, 'success')
    expect(await calls()).toEqual({ 'circuit.name=a outcome=success': 2 })
    expect(await calls()).toEqual({})
  })
})

describe('states and transitions', () => {
  test('the state of the circuit is 1, the others are 0', async () => {
    const circuit = rig.circuit('payments')
    const states = () => rig.collect('circuit_breaker.state')
    expect(await states()).toEqual({ 'circuit.name=payments state=closed': 1 })
    circuit.forceOpen()
    expect(await states()).toEqual({ 'circuit.name=payments state=forced_open': 1 })
    expect(Object.keys(await rig.collect('circuit_breaker.state', { zeros: true }))).toHaveLength(6)
  })

  test('transitions are counted, and automatic ones start at 0', async () => {
    const circuit = rig.circuit('payments')
    const transitions = (zeros: boolean) =>
      rig.collect('circuit_breaker.state_transition', { zeros })
    expect(Object.values(await transitions(true))).toEqual([0, 0, 0, 0])
    open(circuit)
    rig.clock.advance(30_000)
    rig.call(circuit, 'success')
    circuit.disable()
    expect(await transitions(false)).toEqual({
      'circuit.name=payments new_state=open old_state=closed': 1,
      'circuit.name=payments new_state=half_open old_state=open': 1,
      'circuit.name=payments new_state=closed old_state=half_open': 1,
      'circuit.name=payments new_state=disabled old_state=closed': 1,
    })
  })

  test('shadow verdicts are counted apart from transitions', async () => {
    const circuit = rig.circuit('payments')
    circuit.metricsOnly()
    open(circuit)
    expect(await rig.collect('circuit_breaker.shadow_trips')).toEqual({
      'circuit.name=payments': 1,
    })
    expect(await rig.collect('circuit_breaker.state_transition')).toEqual({
      'circuit.name=payments new_state=metrics_only old_state=closed': 1,
    })
  })
})

describe('rates', () => {
  const rates = async () => ({
    ...(await rig.collect('circuit_breaker.failure_rate', { zeros: true })),
    ...(await rig.collect('circuit_breaker.slow_rate', { zeros: true })),
  })

  test('are absent without calls', async () => {
    rig.circuit('payments')
    expect(await rates()).toEqual({})
  })

  test('are those of the window', async () => {
    const circuit = rig.circuit('payments')
    rig.call(circuit, 'success')
    rig.call(circuit, 'success', 1_000)
    rig.call(circuit, 'failure')
    rig.call(circuit, 'success')
    expect(await rates()).toEqual({
      'circuit.name=payments': 0.25,
      'circuit.name=payments threshold=1000': 0.25,
    })
  })

  test('are taken over the windows of circuits with one name together', async () => {
    const listener = rig.listener()
    const [one, two] = [rig.circuit('a', listener), rig.circuit('a', listener)]
    for (let i = 0; i < 3; i++) rig.call(one, 'success')
    rig.call(two, 'failure')
    expect(await rates()).toEqual({ 'circuit.name=a': 0.25, 'circuit.name=a threshold=1000': 0 })
  })

  test('become 0 when the window is emptied after they were reported', async () => {
    const circuit = rig.circuit('payments')
    rig.call(circuit, 'failure')
    expect(await rates()).toMatchObject({ 'circuit.name=payments': 1 })
    rig.call(circuit, 'failure')
    expect(circuit.state).toBe('open')
    for (let collection = 0; collection < 2; collection++) {
      expect(await rates()).toEqual({
        'circuit.name=payments': 0,
        'circuit.name=payments threshold=1000': 0,
      })
    }
  })
})

describe('durations', () => {
  test('are not recorded by default', async () => {
    const listener = rig.listener()
    rig.call(rig.circuit('payments', listener), 'success', 40)
    expect(await rig.histograms('circuit_breaker.call.duration')).toEqual({})
    expect(listener.timed).toBe(false)
  })

  test('are recorded in seconds, without rejected calls', async () => {
    const listener = rig.listener({ durations: true })
    const circuit = rig.circuit('payments', listener)
    rig.call(circuit, 'success', 40)
    rig.call(circuit, 'success', 3_000)
    circuit.forceOpen()
    circuit.tryAcquire()
    const histograms = await rig.histograms('circuit_breaker.call.duration')
    expect(histograms).toMatchObject({
      'circuit.name=payments outcome=success': { count: 2, sum: 3.04 },
    })
    expect(Object.keys(histograms)).toHaveLength(1)
    expect(listener.timed).toBe(true)
  })

  test('are counted in the buckets of PrometheusListener', async () => {
    rig.call(rig.circuit('a', rig.listener({ durations: true })), 'success', 40)
    const [histogram] = Object.values(await rig.histograms('circuit_breaker.call.duration'))
    expect(histogram?.buckets).toEqual({
      boundaries: [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30],
      counts: [0, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0],
    })
  })
})

test('the instruments have the documented names and units', async () => {
  const circuit = rig.circuit('a', rig.listener({ durations: true }))
  rig.call(circuit, 'success')
  const all = await rig.metrics()
  expect(all.map(({ descriptor: { name, unit } }) => [name, unit])).toEqual([
    ['circuit_breaker.calls', '{call}'],
    ['circuit_breaker.state', ''],
    ['circuit_breaker.state_transition', '{transition}'],
    ['circuit_breaker.shadow_trips', '{trip}'],
    ['circuit_breaker.failure_rate', ''],
    ['circuit_breaker.slow_rate', ''],
    ['circuit_breaker.call.duration', 's'],
  ])
})

test('the option `attributes` adds to every series', async () => {
  const circuit = rig.circuit('a', rig.listener({ attributes: { region: 'eu' }, durations: true }))
  rig.call(circuit, 'success')
  for (const { descriptor, dataPoints } of await rig.metrics()) {
    for (const { attributes } of dataPoints) {
      expect(attributes, descriptor.name).toMatchObject({ region: 'eu', 'circuit.name': 'a' })
    }
  }
})

describe('a circuit that is disposed', () => {
  test('is in no state and has no rates', async () => {
    const circuit = rig.circuit('a')
    rig.call(circuit, 'failure')
    await rig.metrics()
    circuit.dispose()
    for (let collection = 0; collection < 2; collection++) {
      expect(await rig.collect('circuit_breaker.state')).toEqual({})
      expect(await rig.collect('circuit_breaker.failure_rate')).toEqual({})
    }
  })

  test('has no series with delta temporality after one more collection', async () => {
    rig = new OpenTelemetryRig(AggregationTemporality.DELTA)
    const listener = rig.listener()
    const circuit = rig.circuit('a', listener)
    rig.circuit('b', listener)
    await rig.metrics()
    circuit.dispose()
    await rig.metrics()
    const states = await rig.collect('circuit_breaker.state', { zeros: true })
    expect(Object.keys(states).filter((attributes) => attributes.includes('=a'))).toEqual([])
    expect(Object.keys(states)).toHaveLength(6)
  })

  test('leaves its name to the next circuit, whose counts start at 0', async () => {
    const listener = rig.listener()
    const first = rig.circuit('a', listener)
    rig.call(first, 'success')
    rig.call(first, 'success')
    await rig.metrics()
    first.dispose()
    const second = rig.circuit('a', listener)
    rig.call(second, 'success')
    expect(await rig.collect('circuit_breaker.state')).toEqual({ 'circuit.name=a state=closed': 1 })
    // the SDK continues a counter that was reset
    expect(await rig.collect('circuit_breaker.calls')).toEqual({
      'circuit.name=a outcome=success': 1,
    })
  })
})

describe('the global meter provider', () => {
  test('is used by default', async () => {
    metrics.setGlobalMeterProvider(rig.provider)
    rig.call(rig.circuit('a', new OpenTelemetryListener()), 'success')
    expect(await rig.collect('circuit_breaker.calls')).toEqual({
      'circuit.name=a outcome=success': 1,
    })
  })

  test('may be set after calls, which are counted', async () => {
    const circuit = rig.circuit('a', new OpenTelemetryListener())
    rig.call(circuit, 'success')
    metrics.setGlobalMeterProvider(rig.provider)
    expect(await rig.metrics()).toEqual([])
    rig.call(circuit, 'success')
    expect(await rig.collect('circuit_breaker.calls')).toEqual({
      'circuit.name=a outcome=success': 2,
    })
  })

  test('is not needed: without one, nothing fails', () => {
    const errors: unknown[] = []
    const circuit = new CircuitBreaker({
      name: 'a',
      listeners: [new OpenTelemetryListener({ durations: true })],
      onError: (error) => errors.push(error),
    })
    circuit.callSync(() => 1)
    circuit.forceOpen()
    circuit.tryAcquire()
    circuit.dispose()
    expect(errors).toEqual([])
  })
})

test('an error of the meter is reported once and changes no call', () => {
  const errors: unknown[] = []
  const fail = () => {
    throw new Error('no instruments')
  }
  const meter = Object.assign(Object.create(rig.meter), { createObservableGauge: fail })
  const listener = rig.listener({ meter })
  for (const name of ['a', 'b']) {
    const circuit = rig.circuit(name, listener, { onError: (error) => errors.push(error) })
    expect(circuit.callSync(() => 1)).toBe(1)
    circuit.trip()
  }
  expect(errors).toMatchObject([{ message: 'no instruments' }])
})

test.each([
  [{ meters: 1 }, 'OpenTelemetryListener: each option must be one of meter, attributes, durations'],
  [{ meter: {} }, 'OpenTelemetryListener: meter must be a Meter of @opentelemetry/api, got {}'],
  [{ durations: 1 }, 'OpenTelemetryListener: durations must be a boolean, got 1'],
  [{ attributes: null }, 'OpenTelemetryListener: attributes must be an object, got null'],
  [
    { attributes: { region: ['eu'] } },
    'OpenTelemetryListener: attributes: region must be a string, a number or a boolean, got ["eu"]',
  ],
  [
    { attributes: { state: 'open' } },
    'OpenTelemetryListener: attributes: each name must be a text, none of circuit.name, state, old_state, new_state, outcome, threshold, got "state"',
  ],
])('the constructor rejects %o', (options, message) => {
  expect(() => new OpenTelemetryListener(options as object)).toThrow(message)
})

test('circuit_breaker.fleet_reachable says whether the store of a shared circuit answers', async () => {
  const listener = rig.listener()
  const status = { reachable: true }
  const reachable = () => rig.collect('circuit_breaker.fleet_reachable')
  rig.circuit('alone', listener)
  expect(await reachable()).toEqual({})
  const circuit = rig.circuit('payments', listener, { shared: stubFleet(status) })
  expect(await reachable()).toEqual({ 'circuit.name=payments': 1 })
  status.reachable = false
  expect(await reachable()).toEqual({})
  status.reachable = true
  expect(await reachable()).toEqual({ 'circuit.name=payments': 1 })
  circuit.dispose()
  expect(await reachable()).toEqual({})
})
