import { CircuitRegistry, failureRate, minRequests, slowRate } from '@fluxgate/core'
import type { PrometheusListener } from '@fluxgate/listeners/prometheus'
import { beforeEach, describe, expect, test, vi } from 'vitest'
import { PrometheusRig } from '../test/prometheus-rig.ts'

let rig: PrometheusRig
beforeEach(() => {
  rig = new PrometheusRig()
})

const ignoreErrors = { onError: () => {} }

test('circuits beyond maxCircuits share __other__, and onError is called once, on attach', async () => {
  const onError = vi.fn()
  const listener = rig.listener({ maxCircuits: 2 })
  const labelled = ['a', 'b'].map((name) => rig.circuit(name, listener, { onError }))
  expect(onError).not.toHaveBeenCalled()
  const shared = ['c', 'd', 'e'].map((name) => rig.circuit(name, listener, { onError }))
  expect(onError).toHaveBeenCalledExactlyOnceWith(
    new Error(
      'PrometheusListener: maxCircuits is 2; "c" and later circuits share the label __other__. Raise maxCircuits, or attach this listener to fewer circuits',
    ),
    { circuitName: 'c', source: 'listener' },
  )
  for (const breaker of [...labelled, ...shared]) rig.call(breaker, 'success', 1_500)
  shared[0]?.forceOpen()
  if (shared[1]) rig.call(shared[1], 'failure')
  expect(await rig.scrape('circuit_breaker_calls_total')).toEqual([
    'circuit_breaker_calls_total{circuit_name="a",outcome="success"} 1',
    'circuit_breaker_calls_total{circuit_name="b",outcome="success"} 1',
    'circuit_breaker_calls_total{circuit_name="__other__",outcome="success"} 3',
    'circuit_breaker_calls_total{circuit_name="__other__",outcome="failure"} 1',
  ])
  const states = await rig.scrape('circuit_breaker_state{')
  expect(states.filter((line) => line.includes('__other__'))).toEqual([
    'circuit_breaker_state{circuit_name="__other__",state="closed"} 1',
    'circuit_breaker_state{circuit_name="__other__",state="open"} 1',
    'circuit_breaker_state{circuit_name="__other__",state="forced_open"} 1',
  ])
})

test('a circuit named __other__ does not use up the limit', () => {
  const onError = vi.fn()
  const listener = rig.listener({ maxCircuits: 1 })
  rig.circuit('a', listener, { onError })
  rig.circuit('__other__', listener, { onError })
  expect(onError).not.toHaveBeenCalled()
  rig.circuit('b', listener, { onError })
  expect(onError).toHaveBeenCalledTimes(1)
})

test('the rates of __other__ are over all its calls, by threshold', async () => {
  const listener = rig.listener({ maxCircuits: 1 })
  const tripper = minRequests(50).and(failureRate(0.5).or(slowRate(1, 1_000)))
  rig.circuit('labelled', listener)
  const one = rig.circuit('one', listener, { tripper, ...ignoreErrors })
  const two = rig.circuit('two', listener, { tripper: minRequests(50).and(slowRate(1, 200)) })
  rig.circuit('idle', listener, { tripper: minRequests(50).and(slowRate(1, 300)) })
  for (let i = 0; i < 3; i++) rig.call(one, 'failure', 1_500)
  rig.call(two, 'success', 300)
  expect(await rig.scrape('circuit_breaker_failure_rate{')).toEqual([
    'circuit_breaker_failure_rate{circuit_name="__other__"} 0.75',
  ])
  expect(await rig.scrape('circuit_breaker_slow_rate{')).toEqual([
    'circuit_breaker_slow_rate{circuit_name="__other__",threshold="1000"} 1',
    'circuit_breaker_slow_rate{circuit_name="__other__",threshold="200"} 1',
  ])
})

test('a new circuit takes the label of a disposed circuit', async () => {
  const listener = rig.listener({ maxCircuits: 1 })
  const first = rig.circuit('first', listener)
  rig.circuit('over the limit', listener, ignoreErrors)
  first.dispose()
  rig.circuit('new', listener)
  expect(await rig.scrape('circuit_breaker_state{')).toEqual([
    'circuit_breaker_state{circuit_name="__other__",state="closed"} 1',
    'circuit_breaker_state{circuit_name="new",state="closed"} 1',
  ])
})

test('the number of series does not grow with the number of circuits', async () => {
  const listener = rig.listener({ maxCircuits: 10 })
  const seriesOf = async (circuits: number) => {
    for (let i = 0; i < circuits; i++) rig.circuit(`${circuits}-${i}`, listener, ignoreErrors)
    return (await rig.scrape('circuit_breaker_', { zeros: true })).length
  }
  expect(await seriesOf(500)).toBe(await seriesOf(11))
})

describe('circuits of registry.define()', () => {
  const define = (name: string, listener: PrometheusListener) => {
    const registry = new CircuitRegistry()
    return registry.define(name, { clock: rig.clock, ...ignoreErrors, listeners: [listener] })
  }

  test('take the label of a circuit that was made on demand', async () => {
    const listener = rig.listener({ maxCircuits: 2 })
    const [first, second, third] = ['a', 'b', 'c'].map((name) =>
      rig.circuit(name, listener, ignoreErrors),
    )
    const payments = define('payments', listener)
    for (const breaker of [first, second, third, payments]) {
      if (breaker) rig.call(breaker, 'success')
    }
    expect(await rig.scrape('circuit_breaker_calls_total')).toEqual([
      'circuit_breaker_calls_total{circuit_name="a",outcome="success"} 1',
      'circuit_breaker_calls_total{circuit_name="__other__",outcome="success"} 2',
      'circuit_breaker_calls_total{circuit_name="payments",outcome="success"} 1',
    ])
    second?.dispose()
    third?.dispose()
    expect(await rig.scrape('circuit_breaker_state{')).toEqual([
      'circuit_breaker_state{circuit_name="a",state="closed"} 1',
      'circuit_breaker_state{circuit_name="payments",state="closed"} 1',
    ])
  })

  test('keep a label that they share with a circuit that was made on demand', async () => {
    const listener = rig.listener({ maxCircuits: 1 })
    define('payments', listener)
    rig.circuit('payments', listener)
    define('search', listener)
    expect(await rig.scrape('circuit_breaker_state{')).toEqual([
      'circuit_breaker_state{circuit_name="payments",state="closed"} 1',
      'circuit_breaker_state{circuit_name="__other__",state="closed"} 1',
    ])
  })

  test('share __other__ when all labels belong to such circuits', async () => {
    const listener = rig.listener({ maxCircuits: 1 })
    define('payments', listener)
    define('search', listener)
    expect(await rig.scrape('circuit_breaker_state{')).toEqual([
      'circuit_breaker_state{circuit_name="payments",state="closed"} 1',
      'circuit_breaker_state{circuit_name="__other__",state="closed"} 1',
    ])
  })
})
