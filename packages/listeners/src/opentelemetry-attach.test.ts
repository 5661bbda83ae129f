import type { CircuitBreaker } from '@fluxgate/core'
import { AggregationTemporality } from '@opentelemetry/sdk-metrics'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { OpenTelemetryRig } from '../test/opentelemetry-rig.ts'

let rig: OpenTelemetryRig
beforeEach(() => {
  rig = new OpenTelemetryRig()
})
afterEach(() => expect(rig.errors).toEqual([]))

const states = () => rig.collect('circuit_breaker.state')
const calls = () => rig.collect('circuit_breaker.calls')

describe('a circuit that has the listener twice', () => {
  let circuit: CircuitBreaker
  let unsubscribe: () => void
  beforeEach(() => {
    const listener = rig.listener()
    circuit = rig.circuit('a', listener)
    unsubscribe = circuit.subscribe(listener)
  })

  test('counts calls and transitions once', async () => {
    rig.call(circuit, 'success')
    circuit.trip()
    unsubscribe()
    circuit.reset()
    rig.call(circuit, 'success')
    expect(await calls()).toEqual({ 'circuit.name=a outcome=success': 2 })
    expect(await rig.collect('circuit_breaker.state_transition')).toEqual({
      'circuit.name=a new_state=open old_state=closed': 1,
      'circuit.name=a new_state=closed old_state=open': 1,
    })
  })

  test('counts a call once when another listener makes a call in between', async () => {
    const listener = rig.listener()
    let again = true
    const callOnce = {
      onCall: () => {
        if (!again) return
        again = false
        rig.call(between, 'success')
      },
    }
    const between = rig.circuit('between', listener, {
      listeners: [listener, callOnce, listener],
    })
    rig.call(between, 'success')
    expect(await calls()).toEqual({ 'circuit.name=between outcome=success': 2 })
  })

  test('is reported until both are removed', async () => {
    unsubscribe()
    expect(await states()).toEqual({ 'circuit.name=a state=closed': 1 })
    circuit.dispose()
    expect(await states()).toEqual({})
  })

  test('has the weight of one circuit in the rates of its name', async () => {
    const listener = rig.listener()
    const twice = rig.circuit('b', listener, { listeners: [listener, listener] })
    const once = rig.circuit('b', listener)
    rig.call(twice, 'failure')
    for (let i = 0; i < 3; i++) rig.call(once, 'success')
    expect(await rig.collect('circuit_breaker.failure_rate')).toEqual({ 'circuit.name=b': 0.25 })
  })
})

describe('circuits of one name', () => {
  test('report the states of all of them', async () => {
    const listener = rig.listener()
    rig.circuit('a', listener)
    rig.circuit('a', listener).forceOpen()
    expect(await states()).toEqual({
      'circuit.name=a state=closed': 1,
      'circuit.name=a state=forced_open': 1,
    })
  })

  test('keep their counts when one of them is disposed', async () => {
    const listener = rig.listener()
    const [one, two] = [rig.circuit('a', listener), rig.circuit('a', listener)]
    rig.call(one, 'success')
    await rig.metrics()
    one.dispose()
    rig.call(two, 'success')
    expect(await calls()).toEqual({ 'circuit.name=a outcome=success': 2 })
    expect(await states()).toEqual({ 'circuit.name=a state=closed': 1 })
  })
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

  test('does not pass its counts to the next circuit of its name', async () => {
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

  test('before the first collection has no series', async () => {
    const listener = rig.listener()
    rig.circuit('a', listener).dispose()
    rig.circuit('b', listener)
    expect(Object.keys(await rig.collect('circuit_breaker.state', { zeros: true }))).toEqual(
      ['closed', 'open', 'half_open', 'metrics_only', 'disabled', 'forced_open'].map(
        (state) => `circuit.name=b state=${state}`,
      ),
    )
  })
})

test('a cleanup that is called again does not end the next circuit of the name', async () => {
  const listener = rig.listener()
  const cleanup = listener.onAttach(rig.circuit('a', rig.listener(), { listeners: [] }))
  cleanup()
  rig.circuit('a', listener)
  cleanup()
  expect(await states()).toEqual({ 'circuit.name=a state=closed': 1 })
})

test('a listener adds its callback to the meter once', async () => {
  const add = vi.spyOn(rig.meter, 'addBatchObservableCallback')
  const listener = rig.listener()
  for (const name of ['a', 'b']) rig.call(rig.circuit(name, listener), 'success')
  await rig.metrics()
  expect(add).toHaveBeenCalledTimes(1)
})

test('a listener without circuits does not make the SDK skip another listener', async () => {
  const listener = rig.listener()
  rig.circuit('a', listener).dispose()
  rig.circuit('b', rig.listener())
  expect(await states()).toEqual({ 'circuit.name=b state=closed': 1 })
})

test('a circuit that is attached while a collection ends is reported by the next one', async () => {
  const listener = rig.listener()
  const circuit = rig.circuit('a', listener)
  circuit.dispose()
  const collection = rig.metrics()
  rig.circuit('b', listener)
  await collection
  expect(await states()).toEqual({ 'circuit.name=b state=closed': 1 })
})
