import { Rig } from '@fluxgate/testkit/rig'
import { describe, expect, test } from 'vitest'
import type { BreakerOptions } from '../engine/breaker-options.ts'
import { admitAll, admitWhen } from './permits.ts'
import { cooldown, retryWhen } from './retries.ts'
import type { Rule } from './rule.ts'
import { anyError, errorWhere, resultWhere, serviceError, type Tracker } from './trackers.ts'
import { failureStreak, minRequests, tripWhen } from './trippers.ts'

// A policy callback must be synchronous. JavaScript callers, and type assertions, pass async ones.
const promised = (): never => Promise.reject(new Error('not handled')) as never

const tracker: Tracker = { ...anyError(), failsOnError: promised, failsOnResult: promised }
const rule: Rule = { test: promised, explain: () => ({ rule: 'mine', met: false }) }

interface Row {
  readonly callback: string
  readonly source: string
  readonly options: Partial<BreakerOptions>
}

const onFailure: Row[] = [
  {
    callback: 'errorWhere: predicate',
    source: 'tracker',
    options: { tracker: errorWhere(promised) },
  },
  {
    callback: 'errorWhere: predicate',
    source: 'tracker',
    options: { tracker: errorWhere(promised).and(anyError()) },
  },
  {
    callback: 'serviceError: statuses',
    source: 'tracker',
    options: { tracker: serviceError({ statuses: promised }) },
  },
  { callback: 'tracker: failsOnError', source: 'tracker', options: { tracker } },
  {
    callback: 'tracker: failsOnError or failsOnResult',
    source: 'tracker',
    options: { tracker: anyError().and(tracker).and(anyError()) },
  },
  {
    callback: 'errorWhere: predicate',
    source: 'tracker',
    options: { ignore: errorWhere(promised) },
  },
  { callback: 'retryWhen: delayMs', source: 'retry', options: { retry: retryWhen('x', promised) } },
  {
    callback: 'retry: delayMs',
    source: 'retry',
    options: { retry: { ...cooldown(5), delayMs: promised } },
  },
]

describe('a promise is reported, and a failing call still opens the circuit, when it comes from', () => {
  test.each(onFailure)('$callback', ({ callback, source, options }) => {
    const rig = new Rig({ tripper: failureStreak(1), ...options })
    rig.fail(1, Object.assign(new Error('down'), { status: 503 }))
    expect(rig.state).toBe('open')
    expect(rig.errors).toEqual([{ error: reported(callback), source, circuitName: 'payments' }])
    if (source === 'retry') {
      expect(rig.breaker.snapshot().retryAt).toBe(rig.clock.timestamp() + 30_000)
    }
  })
})

describe('a promise is reported, and the circuit stays closed, when it comes from', () => {
  test.each<Row>([
    {
      callback: 'tripWhen: test',
      source: 'tripper',
      options: { tripper: tripWhen('x', promised) },
    },
    {
      callback: 'tripWhen: test',
      source: 'tripper',
      options: { tripper: tripWhen('x', promised).and(minRequests(1)) },
    },
    { callback: 'tripper: test', source: 'tripper', options: { tripper: rule } },
    {
      callback: 'tripper: test',
      source: 'tripper',
      options: { tripper: minRequests(1).and(rule).and(minRequests(1)) },
    },
    {
      callback: 'resultWhere: predicate',
      source: 'tracker',
      options: { tracker: anyError().or(resultWhere(promised)), tripper: failureStreak(1) },
    },
  ])('$callback', ({ callback, source, options }) => {
    const rig = new Rig(options)
    rig.succeed()
    expect(rig.state).toBe('closed')
    expect(rig.recorded).toBe('1/0')
    expect(rig.errors).toEqual([{ error: reported(callback), source, circuitName: 'payments' }])
  })
})

describe('a promise is reported, and a probe is admitted, when it comes from', () => {
  test.each<Row>([
    {
      callback: 'admitWhen: test',
      source: 'permit',
      options: { permit: admitWhen('x', promised) },
    },
    {
      callback: 'permit: test',
      source: 'permit',
      options: { permit: { ...admitAll(), test: promised } },
    },
  ])('$callback', ({ callback, source, options }) => {
    const rig = new Rig(options).enter('half_open')
    expect(rig.admits()).toBe(true)
    expect(rig.errors).toEqual([{ error: reported(callback), source, circuitName: 'payments' }])
  })

  test('permit: finished, and the circuit closes', () => {
    const rig = new Rig({ permit: { ...admitAll(), finished: promised }, probes: 1 })
    rig.enter('half_open').succeed()
    expect(rig.state).toBe('closed')
    expect(rig.errors[0]).toMatchObject({ error: reported('permit: finished'), source: 'permit' })
  })
})

test('a lazy thenable that a callback returns is reported and not started', () => {
  let started = 0
  const query = {
    // biome-ignore lint/suspicious/noThenProperty: as of a query builder
    then: () => void started++,
  }
  const rig = new Rig({ tracker: errorWhere(() => query as never) })
  rig.fail()
  expect(rig.errors).toHaveLength(1)
  expect(started).toBe(0)
})

function reported(callback: string): TypeError {
  const expected = callback.endsWith('delayMs') ? 'a number' : 'a boolean'
  return new TypeError(`${callback} must return ${expected}, not a promise`)
}
