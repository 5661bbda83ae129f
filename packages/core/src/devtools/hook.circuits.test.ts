import { hookHere, inShort, newDocument, readAll } from '@fluxgate/testkit/devtools-page'
import { Rig } from '@fluxgate/testkit/rig'
import { beforeEach, describe, expect, test } from 'vitest'
import { CircuitBreaker, CircuitRegistry } from '../index.ts'
import { devtoolsListener } from './index.ts'

beforeEach(newDocument)

test('two circuits of one name are told apart', () => {
  const listeners = [devtoolsListener()]
  const one = new CircuitBreaker({ name: 'payments', listeners })
  const two = new CircuitBreaker({ name: 'payments', listeners })
  two.trip()
  one.disable()
  expect(readAll().map(inShort)).toEqual([
    '1 circuit-added payments',
    '2 circuit-added payments',
    '2 signal closed>open',
    '1 signal closed>disabled',
  ])
})

test('a circuit with two listeners is shown twice, and each says the same', () => {
  const { breaker } = new Rig({ listeners: [devtoolsListener(), devtoolsListener()] })
  breaker.trip()
  expect(readAll().map(inShort)).toEqual([
    '1 circuit-added payments',
    '2 circuit-added payments',
    '1 signal closed>open',
    '2 signal closed>open',
  ])
})

test('one listener serves a registry, whose circuits come and go', () => {
  const registry = new CircuitRegistry({ defaults: { listeners: [devtoolsListener()] } })
  registry.get('a')
  registry.get('b').trip()
  registry.delete('a')
  expect(readAll().map(inShort)).toEqual([
    '1 circuit-added a',
    '2 circuit-added b',
    '2 signal closed>open',
    '1 circuit-removed detached',
  ])
})

describe('a circuit that leaves', () => {
  test('is told once, by dispose or by the undo of its subscription', () => {
    const { breaker } = new Rig()
    const leave = breaker.subscribe(devtoolsListener())
    leave()
    leave()
    breaker.dispose()
    breaker.trip()
    expect(readAll().map(inShort)).toEqual([
      '1 circuit-added payments',
      '1 circuit-removed detached',
    ])
  })

  test('is another one when it comes back', () => {
    const { breaker } = new Rig()
    breaker.subscribe(devtoolsListener())()
    breaker.subscribe(devtoolsListener())
    breaker.trip()
    expect(readAll().map(inShort).slice(2)).toEqual([
      '2 circuit-added payments',
      '2 signal closed>open',
    ])
  })

  test('is remembered for a while, but a page that makes circuits without end fills no memory', () => {
    for (let i = 0; i < 150; i++) {
      const breaker = new CircuitBreaker({ name: `request ${i}`, listeners: [devtoolsListener()] })
      breaker.trip()
      breaker.dispose()
    }
    expect(hookHere().read(0)).toMatchObject({ next: 450, dropped: 150 })
    expect(readAll()).toHaveLength(300)
    expect(readAll()[0]).toMatchObject({ circuit: '51', config: { name: 'request 50' } })
  })
})

describe('a watched circuit', () => {
  test('is measured at each read, without being moved or changed', () => {
    const rig = new Rig({ listeners: [devtoolsListener()] }).enter('open')
    rig.clock.advance(1_000)
    const { next } = hookHere().read(0)
    const before = rig.breaker.snapshot()
    const { events } = hookHere().read(next, { metrics: ['1'] })
    expect(events).toEqual([
      {
        type: 'metrics',
        circuit: '1',
        timestamp: expect.any(Number),
        snapshot: before,
        report: rig.breaker.explain(),
      },
    ])
    expect(rig.breaker.snapshot()).toBe(before)
    expect(rig.signals).toEqual([])
    expect(before.permitted).toBe(true)
  })

  test('is not measured when nobody asks, has left, or is one of too many', () => {
    const listeners = [devtoolsListener()]
    const ids = Array.from({ length: 120 }, (_, i) => {
      new CircuitBreaker({ name: `c${i}`, listeners })
      return String(i + 1)
    })
    const { next } = hookHere().read(0)
    expect(hookHere().read(next).events).toEqual([])
    expect(hookHere().read(next, { metrics: [] }).events).toEqual([])
    expect(hookHere().read(next, { metrics: ['0', 'c1', '__proto__'] }).events).toEqual([])
    expect(hookHere().read(next, { metrics: ids }).events).toHaveLength(100)
  })
})
