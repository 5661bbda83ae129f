import { Deferred } from '@fluxgate/testkit/deferred'
import { microtasks } from '@fluxgate/testkit/microtasks'
import { COOLDOWN_MS, Rig } from '@fluxgate/testkit/rig'
import { afterEach, describe, expect, test, vi } from 'vitest'
import {
  admitWhen,
  anyError,
  CircuitBreaker,
  cooldown,
  type ErrorSource,
  errorWhere,
  failureStreak,
  type Permit,
  type Retry,
  type Rule,
  type RuleReport,
  resultWhere,
  retryWhen,
  tripWhen,
} from '../../src/index.ts'

const oops = new Error('oops')
const thrower = () => {
  throw oops
}
const down = new Error('down')
const told = (source: ErrorSource) => ({ error: oops, source, circuitName: 'payments' })

describe('a throwing tracker', () => {
  test('means that an error is a failure', async () => {
    const rig = new Rig({ tracker: errorWhere(thrower) })
    await expect(rig.breaker.call(() => Promise.reject(down))).rejects.toBe(down)
    expect(rig.breaker.snapshot().metrics).toMatchObject({ total: 1, failures: 1 })
    expect(rig.errors).toEqual([told('tracker')])
  })

  test('means that a result is a success', async () => {
    const rig = new Rig({ tracker: anyError().or(resultWhere(thrower)) })
    const value = {}
    expect(await rig.breaker.call(() => value)).toBe(value)
    expect(rig.breaker.callSync(() => value)).toBe(value)
    expect(rig.breaker.snapshot().metrics).toMatchObject({ total: 2, failures: 0 })
    expect(rig.errors).toEqual([told('tracker'), told('tracker')])
  })

  test('costs a ticket nothing', () => {
    const rig = new Rig({ tracker: errorWhere(thrower).or(resultWhere(thrower)) })
    rig.succeed()
    rig.fail()
    expect(rig.breaker.snapshot().metrics).toMatchObject({ total: 2, failures: 1 })
  })
})

describe('a throwing tripper', () => {
  test('means do not trip', async () => {
    const rig = new Rig({ tripper: tripWhen('mine', thrower) })
    const value = {}
    expect(await rig.breaker.call(() => value)).toBe(value)
    await expect(rig.breaker.call(() => Promise.reject(down))).rejects.toBe(down)
    expect(rig.breaker.snapshot()).toMatchObject({ state: 'closed', metrics: { total: 2 } })
    expect(rig.errors).toEqual([told('tripper'), told('tripper')])
  })

  test('does not wedge half_open: the probes alone decide', () => {
    const healthy = new Rig({ tripper: tripWhen('mine', thrower), probes: 1 }).enter('half_open')
    healthy.succeed()
    expect(healthy.breaker.state).toBe('closed')
    const failing = new Rig({ tripper: tripWhen('mine', thrower), probes: 1 }).enter('half_open')
    failing.fail()
    expect(failing.breaker.state).toBe('open')
  })

  test('in explain: it is told, and explain() answers that nothing is met', () => {
    const rig = new Rig({ tripper: tripWhen('mine', thrower) })
    expect(rig.breaker.explain()).toEqual({ rule: 'a rule that threw', met: false })
    expect(rig.errors).toEqual([told('tripper')])
  })

  test('in explain only: the verdict of test() stands', () => {
    const tripper: Rule = { test: () => true, explain: thrower }
    const rig = new Rig({ tripper })
    rig.fail()
    expect(rig.breaker.state).toBe('open')
    expect(rig.signals).toEqual([
      expect.objectContaining({
        newState: 'open',
        cause: 'rule',
        reason: 'a rule that threw over 1 call',
      }),
    ])
    expect(rig.errors).toEqual([told('tripper')])
  })

  const round: { rule: string; met: boolean; op: 'and'; children: RuleReport[] } = {
    rule: 'and',
    met: true,
    op: 'and',
    children: [],
  }
  round.children.push(round)

  test.each([
    ['is none', undefined],
    ['has a cycle', round],
    ['has children that are none', { rule: 'and', met: true, op: 'and', children: 5 }],
  ])('nor does a report that %s cost the caller its error', async (_what, report) => {
    const tripper: Rule = { test: () => true, explain: () => report as RuleReport }
    const rig = new Rig({ tripper })
    const error = new Error('down')
    await expect(rig.breaker.call(() => Promise.reject(error))).rejects.toBe(error)
    expect(rig.transitions).toEqual(['closed>open'])
    expect(rig.signals[0]?.reason).toBe('a rule that cannot say why')
    expect(rig.errors).toMatchObject([{ source: 'tripper' }])
  })
})

describe('a throwing permit', () => {
  test('means admit', () => {
    const rig = new Rig({ permit: admitWhen('mine', thrower), probes: 2 }).enter('open')
    rig.clock.advance(COOLDOWN_MS)
    expect(rig.breaker.tryAcquire()).toBeDefined()
    expect(rig.breaker.tryAcquire()).toBeDefined()
    expect(rig.breaker.tryAcquire()).toBeUndefined() // the budget holds all the same
    expect(rig.errors).toEqual([told('permit'), told('permit')])
  })

  test('that cannot say whether it is finished is', () => {
    const permit: Permit = {
      test: () => true,
      finished: thrower,
      toJSON: () => ({ type: 'mine', args: [] }),
    }
    const rig = new Rig({ permit, probes: 1 }).enter('half_open')
    rig.succeed()
    expect(rig.breaker.state).toBe('closed')
    expect(rig.errors).toContainEqual(told('permit'))
  })

  test('does not make snapshot() throw', () => {
    const rig = new Rig({ permit: admitWhen('mine', thrower) }).enter('half_open')
    expect(rig.breaker.snapshot().permitted).toBe(true)
  })
})

describe('a retry that has no answer', () => {
  const refusal = (got: string) => `retry: delayMs must be a number of at least 0, got ${got}`
  test.each([
    ['throws', thrower, oops],
    ['says NaN', () => Number.NaN, new RangeError(refusal('NaN'))],
    ['says -1', () => -1, new RangeError(refusal('-1'))],
    ['says "soon"', () => 'soon' as never, new TypeError(refusal('"soon"'))],
  ])('%s: the circuit opens for 30 seconds', async (_, delayMs, error) => {
    const rig = new Rig({ retry: retryWhen('mine', delayMs), tripper: failureStreak(1) })
    await expect(rig.breaker.call(() => Promise.reject(down))).rejects.toBe(down)
    expect(rig.breaker.snapshot()).toMatchObject({
      state: 'open',
      retryAt: rig.clock.timestamp() + 30_000,
    })
    expect(rig.errors).toEqual([{ error, source: 'retry', circuitName: 'payments' }])
  })
})

describe('a policy that moves the circuit while it is asked has its way', () => {
  test('a tripper', () => {
    const tripper = tripWhen('mine', ({ state }) => {
      if (state === 'closed') rig.breaker.disable()
      return true
    })
    const rig: Rig = new Rig({ tripper })
    rig.fail()
    expect(rig.transitions).toEqual(['closed>disabled'])
  })

  test('a retry', () => {
    const mover: Retry = {
      ...cooldown(1),
      delayMs: () => {
        rig.breaker.forceOpen()
        return 1
      },
    }
    const rig: Rig = new Rig({ retry: mover, tripper: failureStreak(1) })
    rig.fail()
    expect(rig.transitions).toEqual(['closed>forced_open'])
    expect(rig.breaker.state).toBe('forced_open')
  })

  test('a tracker', () => {
    const rig: Rig = new Rig({ tracker: errorWhere(() => rig.breaker.metricsOnly() === undefined) })
    rig.fail()
    expect(rig.breaker.snapshot()).toMatchObject({ state: 'metrics_only', metrics: { total: 0 } })
    expect(rig.events[0]).toMatchObject({ state: 'closed', stale: true })
  })

  test('a permit', () => {
    const permit = admitWhen('mine', () => {
      rig.breaker.reset()
      return true
    })
    const rig: Rig = new Rig({ permit }).enter('open')
    rig.clock.advance(COOLDOWN_MS)
    rig.fail()
    expect(rig.breaker.snapshot()).toMatchObject({ state: 'closed', metrics: { total: 0 } })
  })

  test('a permit that is asked whether it is finished', () => {
    let asked = 0
    const permit: Permit = {
      test: () => true,
      finished: () => {
        if (asked++ > 0) rig.breaker.forceOpen()
        return asked > 1
      },
      toJSON: () => ({ type: 'mine', args: [] }),
    }
    const rig: Rig = new Rig({ permit, probes: 1 }).enter('half_open')
    rig.succeed()
    expect(rig.admits()).toBe(false)
    expect(rig.transitions).toEqual(['half_open>forced_open'])
  })
})

describe('onError itself', () => {
  afterEach(() => void vi.restoreAllMocks())
  const quiet = () => vi.spyOn(console, 'error').mockImplementation(() => {})
  const tripper = tripWhen('mine', thrower)
  const worse = new Error('worse')

  test('is console.error where there is none', async () => {
    const log = quiet()
    const breaker = new CircuitBreaker({ name: 'pay"ments', tripper })
    expect(await breaker.call(() => 1)).toBe(1)
    expect(log.mock.calls).toEqual([
      ['[fluxgate] a tripper of circuit "pay\\"ments" failed:', oops],
    ])
  })

  test.each([
    [
      'throws',
      () => {
        throw worse
      },
    ],
    ['rejects', () => Promise.reject(worse)],
  ])('%s: the caller has its result, the console both errors', async (_, onError: () => void) => {
    const log = quiet()
    const { breaker } = new Rig({ tripper, onError })
    expect(await breaker.call(() => 1)).toBe(1)
    expect(breaker.callSync(() => 2)).toBe(2)
    await microtasks()
    expect(log.mock.calls.map(([, error]) => error)).toEqual([oops, worse, oops, worse])
  })

  test('not even a broken console costs the caller its result', async () => {
    vi.spyOn(console, 'error').mockImplementation(thrower)
    const breaker = new CircuitBreaker({ name: 'payments', tripper })
    expect(await breaker.call(() => 1)).toBe(1)
  })

  test('is not waited for', async () => {
    const stuck = new Deferred()
    const { breaker } = new Rig({ tripper, onError: () => stuck.promise as never })
    expect(await breaker.call(() => 1)).toBe(1)
  })

  test('may move the circuit', () => {
    const rig: Rig = new Rig({ tripper, onError: () => rig.breaker.forceOpen() })
    rig.succeed()
    expect(rig.transitions).toEqual(['closed>forced_open'])
  })
})
