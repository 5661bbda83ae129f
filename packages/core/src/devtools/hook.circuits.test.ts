import { hookHere, inShort, newDocument, readAll } from '@fluxgate/testkit/devtools-page'
import { Rig } from '@fluxgate/testkit/rig'
import { beforeEach, describe, expect, test } from 'vitest'
import { CircuitBreaker, CircuitRegistry } from '../index.ts'
import { devtoolsListener } from './index.ts'

beforeEach(newDocument)

test('a circuit with two listeners is logged as two circuits', () => {
  const { breaker } = new Rig({ listeners: [devtoolsListener(), devtoolsListener()] })
  breaker.trip()
  expect(readAll().map(inShort)).toEqual([
    '1 circuit-added payments',
    '2 circuit-added payments',
    '1 signal closed>open',
    '2 signal closed>open',
  ])
})

test('one listener serves all circuits of a registry', () => {
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

describe('a detached circuit', () => {
  test('is logged as removed once, after unsubscribe() and dispose()', () => {
    const { breaker } = new Rig()
    const unsubscribe = breaker.subscribe(devtoolsListener())
    unsubscribe()
    unsubscribe()
    breaker.dispose()
    breaker.trip()
    expect(readAll().map(inShort)).toEqual([
      '1 circuit-added payments',
      '1 circuit-removed detached',
    ])
  })

  test('gets a new id when it is attached again', () => {
    const { breaker } = new Rig()
    breaker.subscribe(devtoolsListener())()
    breaker.subscribe(devtoolsListener())
    breaker.trip()
    expect(readAll().map(inShort).slice(2)).toEqual([
      '2 circuit-added payments',
      '2 signal closed>open',
    ])
  })

  test('keeps its history until 100 later circuits are detached', () => {
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

describe('a read with metrics', () => {
  test('returns the snapshot and the report of a circuit, without changing it', () => {
    const rig = new Rig({ listeners: [devtoolsListener()] }).enter('open')
    const { next } = hookHere().read(0)
    const before = rig.breaker.snapshot()
    expect(hookHere().read(next, { metrics: ['1'] }).events).toEqual([
      {
        type: 'metrics',
        circuit: '1',
        timestamp: expect.any(Number),
        snapshot: before,
        report: rig.breaker.explain(),
      },
    ])
    expect(rig.breaker.snapshot()).toBe(before)
  })

  test('returns at most 100 circuits and skips unknown ids', () => {
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
