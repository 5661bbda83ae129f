import {
  anyError,
  type CallEvent,
  CircuitBreaker,
  type CircuitHandle,
  failureStreak,
} from '@fluxgate/core'
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
afterEach(() => {
  metrics.disable()
  expect(rig.errors).toEqual([])
})

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
    for (let i = 0; i < 2; i++) circuit.tryAcquire()
    expect(await rig.collect('circuit_breaker.calls')).toEqual({
      'circuit.name=payments outcome=success': 1,
      'circuit.name=payments outcome=aborted': 1,
      'circuit.name=payments outcome=failure': 1,
      'circuit.name=payments outcome=rejected': 2,
    })
  })

  test('that the circuit ignores are counted as ignored', async () => {
    const circuit = rig.circuit('payments', rig.listener(), { ignore: anyError() })
    rig.call(circuit, 'failure')
    expect(await rig.collect('circuit_breaker.calls')).toEqual({
      'circuit.name=payments outcome=ignored': 1,
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
    expect(await transitions(true)).toEqual({
      'circuit.name=payments new_state=open old_state=closed': 0,
      'circuit.name=payments new_state=half_open old_state=open': 0,
      'circuit.name=payments new_state=closed old_state=half_open': 0,
      'circuit.name=payments new_state=open old_state=half_open': 0,
    })
    open(circuit)
    rig.clock.advance(30_000)
    rig.call(circuit, 'success')
    open(circuit)
    rig.clock.advance(30_000)
    rig.call(circuit, 'success')
    circuit.disable()
    expect(await transitions(false)).toEqual({
      'circuit.name=payments new_state=open old_state=closed': 2,
      'circuit.name=payments new_state=half_open old_state=open': 2,
      'circuit.name=payments new_state=closed old_state=half_open': 2,
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
    rig.call(circuit, 'failure', 1_000)
    expect(await rates()).toEqual({
      'circuit.name=payments': 1,
      'circuit.name=payments threshold=1000': 1,
    })
    rig.call(circuit, 'failure', 1_000)
    expect(circuit.state).toBe('open')
    for (let collection = 0; collection < 2; collection++) {
      expect(await rates()).toEqual({
        'circuit.name=payments': 0,
        'circuit.name=payments threshold=1000': 0,
      })
    }
  })

  test('have no series after one more collection with delta temporality', async () => {
    rig = new OpenTelemetryRig(AggregationTemporality.DELTA)
    const circuit = rig.circuit('payments')
    const values = async () => {
      const all = await rig.metrics()
      return all
        .filter(({ descriptor }) => descriptor.name.endsWith('_rate'))
        .flatMap(({ dataPoints }) => dataPoints.map(({ value }) => value))
    }
    rig.call(circuit, 'failure', 1_000)
    expect(await values()).toEqual([1, 1])
    rig.call(circuit, 'failure', 1_000)
    expect(await values()).toEqual([0, 0])
    expect(await values()).toEqual([])
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

  test('are not recorded for a call that was not timed', async () => {
    const listener = rig.listener({ durations: true })
    const untimed = {
      timed: false,
      onAttach: (attached: CircuitHandle) => listener.onAttach(attached),
      onCall: (event: CallEvent) => listener.onCall(event),
    }
    const circuit = rig.circuit('payments', untimed, { tripper: failureStreak(9) })
    rig.call(circuit, 'success', 40)
    expect(await rig.histograms('circuit_breaker.call.duration')).toEqual({})
    expect(await rig.collect('circuit_breaker.calls')).toEqual({
      'circuit.name=payments outcome=success': 1,
    })
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

test('the instruments have the documented names, units and descriptions', async () => {
  const circuit = rig.circuit('a', rig.listener({ durations: true }), {
    shared: stubFleet({ reachable: true }),
  })
  rig.call(circuit, 'success')
  const all = await rig.metrics()
  expect(
    all.map(({ descriptor: { name, unit, description } }) => [name, unit, description]),
  ).toEqual([
    ['circuit_breaker.calls', '{call}', 'Calls by outcome.'],
    ['circuit_breaker.state', '', 'Whether the circuit is in the state: 1 or 0.'],
    ['circuit_breaker.state_transition', '{transition}', 'State transitions.'],
    ['circuit_breaker.shadow_trips', '{trip}', 'Times the rule was met in metrics_only.'],
    ['circuit_breaker.failure_rate', '', 'Failure rate of the calls in the window, 0 to 1.'],
    [
      'circuit_breaker.slow_rate',
      '',
      'Share of the calls in the window that took at least the threshold (ms) of a rule, 0 to 1.',
    ],
    [
      'circuit_breaker.fleet_reachable',
      '',
      'Whether the store of the shared circuit answers: 1 or 0.',
    ],
    ['circuit_breaker.call.duration', 's', 'Duration of admitted calls.'],
  ])
})

test('the option `attributes` adds to every series', async () => {
  const attributes = { region: 'eu', shard: 3, canary: false }
  const circuit = rig.circuit('a', rig.listener({ attributes, durations: true }))
  rig.call(circuit, 'success')
  for (const { descriptor, dataPoints } of await rig.metrics()) {
    for (const point of dataPoints) {
      expect(point.attributes, descriptor.name).toMatchObject({
        ...attributes,
        'circuit.name': 'a',
      })
    }
  }
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

  test('may be set before a transition, which is reported with the earlier ones', async () => {
    const circuit = rig.circuit('a', new OpenTelemetryListener())
    circuit.trip()
    metrics.setGlobalMeterProvider(rig.provider)
    circuit.reset()
    expect(await rig.collect('circuit_breaker.state_transition')).toEqual({
      'circuit.name=a new_state=open old_state=closed': 1,
      'circuit.name=a new_state=closed old_state=open': 1,
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

test('circuit_breaker.fleet_reachable says whether the store of a shared circuit answers', async () => {
  const listener = rig.listener()
  const status = { reachable: true }
  const reachable = (zeros = false) => rig.collect('circuit_breaker.fleet_reachable', { zeros })
  rig.circuit('alone', listener)
  expect(await reachable(true)).toEqual({})
  const circuit = rig.circuit('payments', listener, { shared: stubFleet(status) })
  expect(await reachable()).toEqual({ 'circuit.name=payments': 1 })
  status.reachable = false
  expect(await reachable()).toEqual({})
  status.reachable = true
  expect(await reachable()).toEqual({ 'circuit.name=payments': 1 })
  const other = rig.circuit('payments', listener, { shared: stubFleet({ reachable: false }) })
  expect(await reachable()).toEqual({})
  other.dispose()
  expect(await reachable()).toEqual({ 'circuit.name=payments': 1 })
  circuit.dispose()
  expect(await reachable()).toEqual({})
})
