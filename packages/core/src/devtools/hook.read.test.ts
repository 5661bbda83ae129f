import { hookHere, inShort, isLogged, newDocument, readAll } from '@fluxgate/testkit/devtools-page'
import fc from '@fluxgate/testkit/fast-check'
import { COOLDOWN_MS, Rig } from '@fluxgate/testkit/rig'
import { beforeEach, describe, expect, test } from 'vitest'
import { type CircuitBreaker, failureStreak, retryNever } from '../index.ts'
import { devtoolsListener, maxEventsPerRead } from './index.ts'

beforeEach(newDocument)

const watched = (options: ConstructorParameters<typeof Rig>[0] = {}) =>
  new Rig({ listeners: [devtoolsListener()], ...options })

/** Moves a circuit `times` times. */
function move(breaker: CircuitBreaker, times: number): void {
  for (let i = 0; i < times; i++) {
    if (breaker.state === 'disabled') breaker.reset()
    else breaker.disable()
  }
}

describe('a panel that opens late', () => {
  test('gets the whole history of a circuit, in order', () => {
    const rig = watched()
    rig.fail(3)
    rig.clock.advance(COOLDOWN_MS)
    rig.succeed(3)
    expect(hookHere().read(0)).toMatchObject({ next: 4, dropped: 0 })
    expect(readAll().map(inShort)).toEqual([
      '1 circuit-added payments',
      '1 signal closed>open',
      '1 signal open>half_open',
      '1 signal half_open>closed',
    ])
  })

  test('gets the signals as they were, with the rule tree and the values that tripped it', () => {
    const rig = watched()
    rig.fail(3)
    const event = readAll()[1]
    expect(event).toEqual({
      type: 'signal',
      seq: 2,
      circuit: '1',
      index: 1,
      rejections: 0,
      signal: rig.signals[0],
    })
    expect(rig.signals[0]?.report).toEqual({
      type: 'failureStreak',
      args: [3],
      rule: 'failure streak',
      met: true,
      actual: 3,
      threshold: 3,
      unit: 'count',
    })
  })

  test('learns what a circuit is, and how it was when its listener joined', () => {
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

describe('a cursor', () => {
  test('leads to what happened since', () => {
    const { breaker } = watched()
    const { next } = hookHere().read(0)
    breaker.disable()
    expect(hookHere().read(next).events.map(inShort)).toEqual(['1 signal closed>disabled'])
    expect(hookHere().read(hookHere().read(next).next).events).toEqual([])
  })

  test('gives the same events however often it is read, whoever read in between', () => {
    const { breaker } = watched()
    const first = hookHere().read(0)
    move(breaker, 5)
    const later = hookHere().read(first.next)
    expect(hookHere().read(0).events).toEqual([...first.events, ...later.events])
    expect(hookHere().read(first.next)).toEqual(later)
  })

  test.each([
    ['another document', 7],
    ['nowhere', Number.NaN],
    ['before the beginning', -1],
    ['the far future', Number.POSITIVE_INFINITY],
  ])('from %s reads from the beginning', (_whence, cursor) => {
    watched().breaker.disable()
    expect(hookHere().read(cursor)).toEqual(hookHere().read(0))
  })

  test('leads through a long log in pages, without loss', () => {
    const { breaker } = watched({ listeners: [devtoolsListener({ capacity: 10_000 })] })
    move(breaker, 10_000)
    const page = hookHere().read(0)
    expect(page).toMatchObject({ next: maxEventsPerRead, dropped: 0 })
    expect(page.events).toHaveLength(maxEventsPerRead)
    const all = readAll().filter(isLogged)
    expect(all.map(({ seq }) => seq)).toEqual(Array.from({ length: 10_001 }, (_, i) => i + 1))
  })
})

describe('what is pushed out', () => {
  test('is counted, while the first event stays to say what the circuit is', () => {
    const { breaker } = watched({ listeners: [devtoolsListener({ capacity: 3 })] })
    move(breaker, 10)
    const { events, dropped, next } = hookHere().read(0)
    expect(events.filter(isLogged).map(({ index }) => index)).toEqual([0, 8, 9, 10])
    expect({ dropped, next }).toEqual({ dropped: 7, next: 11 })
  })

  test('of a noisy circuit takes nothing from a quiet one', () => {
    const quiet = watched()
    const noisy = watched({ name: 'noisy' })
    quiet.fail(3)
    move(noisy.breaker, 1_000)
    expect(readAll().filter(({ circuit }) => circuit === '1')).toHaveLength(2)
    expect(hookHere().read(0).dropped).toBe(800)
  })

  test('is counted for every cursor, exactly', () => {
    const step = fc.record({ circuit: fc.nat(2), times: fc.integer({ min: 1, max: 6 }) })
    fc.assert(
      fc.property(fc.array(step, { minLength: 1, maxLength: 20 }), (steps) => {
        newDocument()
        const listeners = [devtoolsListener({ capacity: 4 })]
        const rigs = ['a', 'b', 'c'].map((name) => watched({ name, listeners }))
        for (const { circuit, times } of steps)
          move(rigs[circuit]?.breaker as CircuitBreaker, times)
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

describe('rejections', () => {
  const stuck = () => watched({ retry: retryNever(), tripper: failureStreak(1) })

  test('are told as a total, when somebody reads', () => {
    const rig = stuck()
    rig.fail()
    for (let i = 0; i < 5; i++) rig.admits()
    const { next } = hookHere().read(0)
    expect(hookHere().read(0).events.at(-1)).toMatchObject({ type: 'rejected', total: 5 })
    expect(hookHere().read(next).events).toEqual([])
    rig.admits()
    expect(hookHere().read(next).events).toEqual([
      { type: 'rejected', circuit: '1', total: 6, timestamp: expect.any(Number) },
    ])
  })

  test('are told to every reader, and lose no one an event', () => {
    const rig = stuck()
    rig.fail()
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

  test('are told with every signal, so that also those of an unread past have their time', () => {
    const rig = watched()
    rig.fail(3)
    for (let i = 0; i < 4; i++) rig.admits()
    rig.clock.advance(COOLDOWN_MS)
    rig.admits()
    const signals = readAll().filter((event) => event.type === 'signal')
    expect(signals.map(({ rejections }) => rejections)).toEqual([0, 4])
  })

  test('are told once to who reads a long log in pages', () => {
    const listeners = [devtoolsListener({ capacity: 5_000 })]
    const [early, noisy, late] = [stuck(), watched({ listeners }), stuck()]
    for (const rig of [early, late]) rig.fail()
    early.admits()
    hookHere().read(0)
    move(noisy.breaker, 3_000)
    late.admits()
    hookHere().read(0)
    move(noisy.breaker, 1_000)
    const counts = readAll().filter(({ type }) => type === 'rejected')
    expect(counts.map(inShort)).toEqual(['1 rejected 1', '3 rejected 1'])
  })

  test('of a circuit that leaves are told as it goes', () => {
    const rig = stuck()
    rig.fail()
    rig.admits()
    rig.breaker.dispose()
    expect(readAll().at(-1)).toMatchObject({ type: 'circuit-removed', rejections: 1 })
  })

  test('cost no listener of calls', () => {
    expect(Object.keys(devtoolsListener())).toEqual(['onAttach'])
  })
})
