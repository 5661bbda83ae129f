import { Rig } from '@fluxgate/testkit/rig'
import { describe, expect, test } from 'vitest'
import {
  anyError,
  failureRate,
  failureStreak,
  minRequests,
  resultWhere,
  slowRate,
  tripWhen,
  whileHalfOpen,
} from '../../src/index.ts'

const halfOpen = (options: ConstructorParameters<typeof Rig>[0]) =>
  new Rig(options).enter('half_open')

describe('the rule is asked after each recorded probe', () => {
  test('a failure opens at once when the rule says so, with probes to spare', () => {
    const rig = halfOpen({ probes: 5, tripper: failureRate(0.5) })
    rig.fail()
    expect(rig.breaker.snapshot()).toMatchObject({ state: 'open', reopens: 1 })
    expect(rig.signals.at(-1)).toMatchObject({ cause: 'rule', metrics: { total: 1, failures: 1 } })
  })

  test('so does a success: slow probes open too', () => {
    const rig = halfOpen({ probes: 5, tripper: slowRate(0.5, 1_000) })
    rig.succeed(1, 1_000)
    expect(rig.transitions).toEqual(['half_open>open'])
    expect(rig.signals.at(-1)).toMatchObject({ cause: 'rule', metrics: { failures: 0 } })
  })

  test('the first success does not close while the rule wants more calls', () => {
    const rig = halfOpen({ probes: 5 })
    rig.succeed(4)
    expect(rig.breaker.state).toBe('half_open')
    rig.succeed()
    expect(rig.breaker.state).toBe('closed')
  })

  test('a rule for half_open alone does not judge closed', () => {
    const rig = new Rig({ tripper: whileHalfOpen().and(failureRate(0.2)) })
    rig.fail(10)
    expect(rig.breaker.state).toBe('closed')
    rig.enter('half_open')
    rig.fail()
    expect(rig.breaker.state).toBe('open')
  })
})

describe('counts are capped at the number of probes', () => {
  test('minRequests: two of three fail, though the rule asks for twenty calls', () => {
    const rig = halfOpen({ probes: 3, tripper: minRequests(20).and(failureRate(0.5)) })
    rig.succeed()
    rig.fail()
    expect(rig.breaker.state).toBe('half_open')
    rig.fail()
    expect(rig.breaker.state).toBe('open')
    expect(rig.signals.at(-1)?.report?.children?.[0]).toMatchObject({ threshold: 3, actual: 3 })
  })

  test('minRequests below the number of probes stays what it is', () => {
    const rig = halfOpen({ probes: 5, tripper: minRequests(2).and(failureRate(1)) })
    rig.fail()
    expect(rig.breaker.state).toBe('half_open')
    rig.fail()
    expect(rig.breaker.state).toBe('open')
  })

  test('failureStreak: a streak as long as the probes is enough', () => {
    const rig = halfOpen({ probes: 2, tripper: failureStreak(5) })
    rig.fail(2)
    expect(rig.signals.at(-1)).toMatchObject({
      newState: 'open',
      cause: 'rule',
      report: { rule: 'failure streak', actual: 2, threshold: 2 },
    })
  })

  test('in closed they are not', () => {
    const rig = new Rig({ probes: 2, tripper: failureStreak(5).or(minRequests(5)) })
    rig.fail(4)
    expect(rig.breaker.state).toBe('closed')
    rig.fail()
    expect(rig.breaker.state).toBe('open')
  })

  test('a rule of your own sees the number of probes in half_open only', () => {
    const seen: unknown[] = []
    const tripper = tripWhen('spy', ({ state, probes }) => seen.push([state, probes]) < 0)
    const rig = new Rig({ probes: 2, tripper })
    rig.succeed()
    rig.enter('half_open')
    rig.succeed()
    expect(seen).toEqual([
      ['closed', undefined],
      ['half_open', 2],
    ])
  })
})

describe('when all probes are recorded and the rule is still false', () => {
  const patient = { probes: 3, tripper: tripWhen('patient', () => false) }

  test.each([
    { outcomes: 'SSS', state: 'closed', reason: '3 of 3 probes succeeded' },
    { outcomes: 'FFS', state: 'closed', reason: '1 of 3 probes succeeded' },
    { outcomes: 'SFF', state: 'closed', reason: '1 of 3 probes succeeded' },
    { outcomes: 'FFF', state: 'open', reason: 'none of 3 probes succeeded' },
  ])('$outcomes → $state', ({ outcomes, state, reason }) => {
    const rig = halfOpen(patient)
    for (const [index, outcome] of [...outcomes].entries()) {
      expect(rig.breaker.state).toBe('half_open')
      if (outcome === 'S') rig.succeed()
      else rig.fail()
      expect(rig.breaker.state === 'half_open').toBe(index < 2)
    }
    expect(rig.breaker.state).toBe(state)
    expect(rig.signals).toEqual([expect.objectContaining({ cause: 'probes', reason })])
  })

  test('a single probe is enough when there is but one', () => {
    const rig = halfOpen({ ...patient, probes: 1 })
    rig.fail()
    expect(rig.signals[0]).toMatchObject({
      newState: 'open',
      reason: 'none of 1 probe succeeded',
    })
  })

  test('a result that is a failure is no success', () => {
    const tracker = anyError().or(resultWhere((value) => value === 503))
    const rig = halfOpen({ ...patient, probes: 1, tracker })
    rig.breaker.acquire().success(503)
    expect(rig.breaker.state).toBe('open')
  })
})

test('opening again counts reopens, closing starts over', () => {
  const rig = new Rig({ probes: 1 })
  rig.fail(3)
  expect(rig.breaker.snapshot()).toMatchObject({ state: 'open', reopens: 0 })
  rig.clock.advance(1_000)
  rig.reopen()
  expect(rig.breaker.snapshot()).toMatchObject({ state: 'open', reopens: 1 })
  rig.admits()
  expect(rig.breaker.snapshot()).toMatchObject({ state: 'half_open', reopens: 1 })
  rig.reopen()
  expect(rig.breaker.snapshot()).toMatchObject({ state: 'open', reopens: 2 })
  rig.succeed()
  expect(rig.breaker.snapshot()).toMatchObject({ state: 'closed', reopens: 0 })
})
