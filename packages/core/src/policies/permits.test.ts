import { describe, expect, test } from 'vitest'
import { CircuitBreaker } from '../circuit-breaker.ts'
import { ManualClock } from '../testing/manual-clock.ts'
import { seededRandom } from '../testing/seeded-random.ts'
import {
  admitAll,
  admitRandom,
  admitWhen,
  type Permit,
  type PermitContext,
  rampUp,
} from './permits.ts'
import { retryAlways } from './retries.ts'
import { tripWhen } from './trippers.ts'

const admits = (permit: Permit, elapsedMs: number, chance: number) =>
  permit.test({ elapsedMs, reopens: 0, recorded: 0, succeeded: 0, random: () => chance })

/** A circuit about to be half-open with the next call. */
function circuit(permit: Permit, options: { probes?: number; random?: () => number } = {}) {
  const clock = new ManualClock()
  const breaker = new CircuitBreaker({
    name: 'permitted',
    tripper: tripWhen('never', () => false),
    retry: retryAlways(),
    permit,
    clock,
    ...options,
  })
  breaker.trip()
  return { breaker, clock }
}

describe('admitAll', () => {
  test('lets every call probe, within the budget', () => {
    const { breaker } = circuit(admitAll(), { probes: 2 })
    expect(breaker.tryAcquire()).toBeDefined()
    expect(breaker.tryAcquire()).toBeDefined()
    expect(breaker.tryAcquire()).toBeUndefined()
  })
})

describe('admitRandom', () => {
  test('lets a call probe with a chance of its ratio', () => {
    expect(admits(admitRandom(0.25), 0, 0)).toBe(true)
    expect(admits(admitRandom(0.25), 0, 0.249)).toBe(true)
    expect(admits(admitRandom(0.25), 0, 0.25)).toBe(false)
    expect(admits(admitRandom(1), 0, 0.999_999)).toBe(true)
  })

  test('draws from the chance of its breaker, anew for each call', () => {
    const { breaker } = circuit(admitRandom(0.3), { probes: 10_000, random: seededRandom(7) })
    let admitted = 0
    for (let i = 0; i < 2_000; i++) if (breaker.tryAcquire()) admitted++
    expect(admitted / 2_000).toBeCloseTo(0.3, 1)
  })
})

describe('rampUp', () => {
  const ramp = rampUp({ from: 0.2, to: 0.6, durationMs: 1_000 })

  test.each([
    [0, 0.2],
    [250, 0.3],
    [500, 0.4],
    [1_000, 0.6],
    [5_000, 0.6],
  ])('after %d ms lets through a share of %d', (elapsedMs, share) => {
    expect(admits(ramp, elapsedMs, share - 1e-9)).toBe(true)
    expect(admits(ramp, elapsedMs, share + 1e-9)).toBe(false)
  })

  test('may be level', () => {
    const level = rampUp({ from: 0.5, to: 0.5, durationMs: 10 })
    for (const elapsedMs of [0, 5, 10]) {
      expect(admits(level, elapsedMs, 0.499)).toBe(true)
      expect(admits(level, elapsedMs, 0.5)).toBe(false)
    }
  })

  test('counts its time from half_open on, and closes at its end', () => {
    const { breaker, clock } = circuit(rampUp({ from: 0.1, to: 1, durationMs: 1_000 }), {
      probes: 1,
      random: () => 0.5,
    })
    clock.advance(100_000) // open, and waiting: no part of the ramp
    expect(breaker.tryAcquire()).toBeUndefined()
    expect(breaker.state).toBe('half_open')
    clock.advance(500)
    breaker.acquire().success()
    expect(breaker.state).toBe('half_open')
    clock.advance(499)
    expect(breaker.tryAcquire()).toBeDefined()
    expect(breaker.state).toBe('half_open')
    clock.advance(1)
    expect(breaker.tryAcquire()).toBeDefined()
    expect(breaker.state).toBe('closed')
  })
})

describe('admitWhen', () => {
  test('asks its predicate, and tells it how the probing goes', () => {
    const seen: Omit<PermitContext, 'random'>[] = []
    const random = () => 0.5
    const permit = admitWhen('look', ({ random: chance, ...rest }) => {
      expect(chance).toBe(random)
      return seen.push(rest) !== 2
    })
    const { breaker, clock } = circuit(permit, { random })
    breaker.acquire().success()
    clock.advance(40)
    expect(breaker.tryAcquire()).toBeUndefined()
    breaker.acquire().failure(new Error('down'))
    breaker.acquire()
    expect(seen).toEqual([
      { elapsedMs: 0, reopens: 0, recorded: 0, succeeded: 0 },
      { elapsedMs: 40, reopens: 0, recorded: 1, succeeded: 1 },
      { elapsedMs: 40, reopens: 0, recorded: 1, succeeded: 1 },
      { elapsedMs: 40, reopens: 0, recorded: 2, succeeded: 1 },
    ])
  })
})

test('only a ramp takes time to finish', () => {
  for (const permit of [admitAll(), admitRandom(0.1), admitWhen('x', () => false)]) {
    expect(permit.finished(0)).toBe(true)
  }
  const ramp = rampUp({ from: 0.1, to: 1, durationMs: 1_000 })
  expect(ramp.finished(0)).toBe(false)
  expect(ramp.finished(999.9)).toBe(false)
  expect(ramp.finished(1_000)).toBe(true)
})

test.each<[object, () => Permit]>([
  [{ type: 'admitAll', args: [] }, () => admitAll()],
  [{ type: 'admitRandom', args: [0.1] }, () => admitRandom(0.1)],
  [
    { type: 'rampUp', args: [{ from: 0.1, to: 1, durationMs: 60_000 }] },
    () => rampUp({ from: 0.1, to: 1, durationMs: 60_000 }),
  ],
  [{ type: 'admitWhen', args: ['leader only'] }, () => admitWhen('leader only', () => true)],
])('%j is a frozen value that reads back as the call that made it', (json, make) => {
  const permit = make()
  expect(JSON.parse(JSON.stringify(permit))).toEqual(json)
  expect(Object.isFrozen(permit)).toBe(true)
})
