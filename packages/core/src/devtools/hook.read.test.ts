import { hookHere, inShort, isLogged, newDocument, readAll } from '@fluxgate/testkit/devtools-page'
import fc from '@fluxgate/testkit/fast-check'
import { COOLDOWN_MS, Rig } from '@fluxgate/testkit/rig'
import { beforeEach, describe, expect, test } from 'vitest'
import { type BreakerOptions, CircuitBreaker, failureStreak, retryNever } from '../index.ts'
import { ManualClock } from '../testing/index.ts'
import { devtoolsListener, maxEventsPerRead } from './index.ts'

beforeEach(newDocument)

const attached = (options: ConstructorParameters<typeof Rig>[0] = {}) =>
  new Rig({ listeners: [devtoolsListener()], ...options })

/** Makes `times` transitions. */
function makeTransitions(breaker: CircuitBreaker, times: number): void {
  for (let i = 0; i < times; i++) {
    if (breaker.state === 'disabled') breaker.reset()
    else breaker.disable()
  }
}

describe('a logged event', () => {
  test('contains the signal unchanged', () => {
    const rig = attached()
    rig.fail(3)
    expect(readAll()[1]).toEqual({
      type: 'signal',
      seq: 2,
      circuit: '1',
      index: 1,
      rejections: 0,
      signal: rig.signals[0],
    })
  })

  test('contains the configuration and the snapshot of an attached circuit', () => {
    const { breaker } = new Rig().enter('open')
    breaker.subscribe(devtoolsListener({ controls: false }))
    expect(readAll()).toEqual([
      {
        type: 'circuit-added',
        seq: 1,
        circuit: '1',
        index: 0,
        controls: false,
        config: breaker.toJSON(),
        snapshot: breaker.snapshot(),
      },
    ])
  })
})

describe('read', () => {
  test.each([
    ['another document', 7],
    ['the far future', Number.POSITIVE_INFINITY],
  ])('starts at the beginning for a cursor of %s', (_whence, cursor) => {
    attached().breaker.disable()
    const { now: _, clocks: __, ...fromStart } = hookHere().read(0)
    expect(hookHere().read(cursor)).toMatchObject(fromStart)
  })

  test('returns a long log in pages without gaps', () => {
    const { breaker } = attached({ listeners: [devtoolsListener({ capacity: 10_000 })] })
    makeTransitions(breaker, 10_000)
    const page = hookHere().read(0)
    expect(page).toMatchObject({ next: maxEventsPerRead, dropped: 0 })
    expect(page.events).toHaveLength(maxEventsPerRead)
    const all = readAll().filter(isLogged)
    expect(all.map(({ seq }) => seq)).toEqual(Array.from({ length: 10_001 }, (_, i) => i + 1))
  })

  test('keeps the first event of a circuit when it drops others', () => {
    const { breaker } = attached({ listeners: [devtoolsListener({ capacity: 3 })] })
    makeTransitions(breaker, 10)
    const { events, dropped, next } = hookHere().read(0)
    expect(events.filter(isLogged).map(({ index }) => index)).toEqual([0, 8, 9, 10])
    expect({ dropped, next }).toEqual({ dropped: 7, next: 11 })
  })

  test('counts the dropped events exactly, from every cursor', () => {
    const step = fc.record({ circuit: fc.nat(2), times: fc.integer({ min: 1, max: 6 }) })
    fc.assert(
      fc.property(fc.array(step, { minLength: 1, maxLength: 20 }), (steps) => {
        newDocument()
        const listeners = [devtoolsListener({ capacity: 4 })]
        const rigs = ['a', 'b', 'c'].map((name) => attached({ name, listeners }))
        for (const { circuit, times } of steps) {
          makeTransitions(rigs[circuit]?.breaker as CircuitBreaker, times)
        }
        const end = hookHere().read(0).next
        const kept = readAll().filter(isLogged)
        for (let cursor = 0; cursor <= end; cursor++) {
          const since = kept.filter(({ seq }) => seq > cursor)
          const { events, dropped } = hookHere().read(cursor)
          expect(events).toEqual(since)
          expect(dropped).toBe(end - cursor - since.length)
        }
      }),
      { numRuns: 50 },
    )
  })
})

describe('the number of rejections', () => {
  /** A circuit that stays open. */
  const opened = () => {
    const rig = attached({ retry: retryNever(), tripper: failureStreak(1) })
    rig.fail()
    return rig
  }

  test('is returned to every reader, and drops no logged event', () => {
    const rig = opened()
    for (let i = 0; i < 1_000; i++) {
      rig.admits()
      expect(hookHere().read(2).events).toHaveLength(1)
    }
    rig.breaker.reset()
    const { events, dropped, next } = hookHere().read(0)
    expect(events.map(inShort)).toEqual([
      '1 circuit-added payments',
      '1 signal closed>open',
      '1 signal open>closed',
      '1 rejected 1000',
    ])
    expect({ dropped, next }).toEqual({ dropped: 0, next: 3 })
  })

  test('is part of every signal', () => {
    const rig = attached()
    rig.fail(3)
    for (let i = 0; i < 4; i++) rig.admits()
    rig.clock.advance(COOLDOWN_MS)
    rig.admits()
    const signals = readAll().filter((event) => event.type === 'signal')
    expect(signals.map(({ rejections }) => rejections)).toEqual([0, 4])
  })

  test('is returned once to a reader of several pages', () => {
    const listeners = [devtoolsListener({ capacity: 5_000 })]
    const early = opened()
    const noisy = attached({ listeners })
    const late = opened()
    early.admits()
    hookHere().read(0)
    makeTransitions(noisy.breaker, 3_000)
    late.admits()
    hookHere().read(0)
    makeTransitions(noisy.breaker, 1_000)
    const counts = readAll().filter(({ type }) => type === 'rejected')
    expect(counts.map(inShort)).toEqual(['1 rejected 1', '3 rejected 1'])
  })

  test('is part of the last event of a detached circuit', () => {
    const rig = opened()
    rig.admits()
    rig.breaker.dispose()
    expect(readAll().at(-1)).toMatchObject({ type: 'circuit-removed', rejections: 1 })
  })

  test('is counted without an onCall listener', () => {
    expect(Object.keys(devtoolsListener())).toEqual(['onAttach'])
  })
})

describe('the time of a read', () => {
  test('is the wall clock of the page', () => {
    attached()
    const before = Date.now()
    const { now } = hookHere().read(0)
    expect(now).toBeGreaterThanOrEqual(before)
    expect(now).toBeLessThanOrEqual(Date.now())
  })

  test('comes with the lag of each circuit that has another clock', () => {
    const clock = new ManualClock(1_000)
    const make = (options: Partial<BreakerOptions>) =>
      new CircuitBreaker({ name: 'payments', listeners: [devtoolsListener()], ...options })
    const circuits = [make({ clock }), make({})]
    const { now, clocks } = hookHere().read(0)
    expect(clocks).toEqual({ 1: now - 1_000 })
    expect(circuits).toHaveLength(2)
  })
})
