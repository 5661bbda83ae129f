import { CircuitBreaker } from '@fluxgate/core'
import { collectGarbage } from '@fluxgate/testkit/collect-garbage'
import { AggregationTemporality } from '@opentelemetry/sdk-metrics'
import { expect, test } from 'vitest'
import { OpenTelemetryRig } from '../test/opentelemetry-rig.ts'
import { OpenTelemetryListener } from './opentelemetry-listener.ts'

test('a circuit that is not disposed can be garbage collected, and is in no state then', async () => {
  const rig = new OpenTelemetryRig()
  const listener = rig.listener()
  const create = (name: string) => new WeakRef(rig.circuit(name, listener))
  const dropped = create('dropped')
  const kept = rig.circuit('kept', listener)
  await rig.metrics()
  await collectGarbage()
  expect(dropped.deref()).toBeUndefined()
  expect(await rig.collect('circuit_breaker.state')).toEqual({
    [`circuit.name=${kept.name} state=closed`]: 1,
  })
})

test('a circuit that was garbage collected has no counters with delta temporality', async () => {
  const rig = new OpenTelemetryRig(AggregationTemporality.DELTA)
  const listener = rig.listener()
  const create = (name: string) => new WeakRef(rig.circuit(name, listener))
  const dropped = create('dropped')
  await rig.metrics()
  await collectGarbage()
  expect(dropped.deref()).toBeUndefined()
  expect(await rig.collect('circuit_breaker.calls', { zeros: true })).toEqual({})
})

test('a listener can be garbage collected when its circuits are gone', async () => {
  const rig = new OpenTelemetryRig()
  async function attachAndDispose(): Promise<WeakRef<OpenTelemetryListener>> {
    const listener = rig.listener()
    const circuit = rig.circuit('payments', listener)
    await rig.metrics()
    circuit.dispose()
    return new WeakRef(listener)
  }
  const listener = await attachAndDispose()
  await rig.metrics()
  await collectGarbage()
  expect(listener.deref()).toBeUndefined()
  expect(await rig.collect('circuit_breaker.state')).toEqual({})
})

test('a listener whose circuits are gone reports the next circuit', async () => {
  const rig = new OpenTelemetryRig()
  const listener = rig.listener()
  rig.circuit('first', listener).dispose()
  await rig.metrics()
  rig.call(rig.circuit('second', listener), 'success')
  expect(await rig.collect('circuit_breaker.calls')).toEqual({
    'circuit.name=second outcome=success': 1,
  })
})

test('circuits that come and go without an SDK need no memory', async () => {
  const listener = new OpenTelemetryListener()
  const cycle = () => {
    for (let i = 0; i < 10_000; i++) {
      new CircuitBreaker({ name: `tenant-${i}`, listeners: [listener] }).dispose()
    }
  }
  cycle()
  await collectGarbage()
  const before = process.memoryUsage().heapUsed
  cycle()
  await collectGarbage()
  expect(process.memoryUsage().heapUsed - before).toBeLessThan(1e6)
})
