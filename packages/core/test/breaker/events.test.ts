import { COOLDOWN_MS, Rig } from '@fluxgate/testkit/rig'
import { describe, expect, test } from 'vitest'
import { type CallEvent, errorType, failureRate } from '../../src/index.ts'

const down = new TypeError('down')

/** What every event has, for a call that took 40 ms. */
const event = (rig: Rig, rest: Partial<CallEvent>) => ({
  circuitName: 'payments',
  durationMs: 40,
  state: 'closed',
  timestamp: rig.clock.timestamp(),
  stale: false,
  ...rest,
})

describe('a call event says how the call ended', () => {
  test('success', () => {
    const rig = new Rig()
    rig.succeed(1, 40)
    expect(rig.events).toEqual([event(rig, { outcome: 'success' })])
    expect(rig.events[0]).not.toHaveProperty('error')
  })

  test('failure', () => {
    const rig = new Rig()
    rig.fail(1, down, 40)
    expect(rig.events).toEqual([event(rig, { outcome: 'failure', error: down })])
  })

  test('ignored', () => {
    const rig = new Rig({ tracker: errorType(RangeError) })
    rig.fail(1, down, 40)
    expect(rig.events).toEqual([event(rig, { outcome: 'ignored', error: down })])
  })

  test('aborted', async () => {
    const rig = new Rig()
    const controller = new AbortController()
    const { signal } = controller
    const called = rig.breaker.call(() => new Promise(() => {}), { signal }).catch(() => {})
    rig.clock.advance(40)
    controller.abort(down)
    await called
    expect(rig.events).toEqual([event(rig, { outcome: 'aborted', error: down })])
  })

  test.each(['open', 'half_open', 'forced_open'] as const)('rejected, in %s', (state) => {
    const rig = new Rig({ probes: 1 }).enter(state)
    if (state === 'half_open') rig.breaker.acquire()
    expect(rig.breaker.tryAcquire()).toBeUndefined()
    expect(rig.events).toEqual([event(rig, { outcome: 'rejected', durationMs: 0, state })])
  })
})

describe('a call event names the state that let the call in', () => {
  test.each(['closed', 'half_open', 'metrics_only'] as const)('%s', (state) => {
    const rig = new Rig().enter(state)
    rig.succeed()
    expect(rig.events).toEqual([expect.objectContaining({ state, stale: false })])
  })

  test('also when its own outcome ends that state, which makes it no stale one', () => {
    const rig = new Rig({ tripper: failureRate(0.1), probes: 1 })
    rig.fail()
    rig.clock.advance(COOLDOWN_MS)
    rig.succeed()
    expect(rig.events.map(({ state, stale }) => [state, stale])).toEqual([
      ['closed', false],
      ['half_open', false],
    ])
  })
})

test('every call has exactly one event, whichever way it is made', async () => {
  const rig = new Rig()
  const fail = () => {
    throw down
  }
  await rig.breaker.call(() => 1)
  await rig.breaker.call(() => Promise.reject(down)).catch(() => {})
  rig.breaker.callSync(() => 1)
  await rig.breaker.wrap(() => 1)()
  rig.breaker.wrapSync(() => 1)()
  expect(() => rig.breaker.callSync(fail)).toThrow(down)
  rig.breaker.acquire().release()
  await rig.breaker.call(() => 1, { timeoutMs: 60_000, fallback: () => 2 })
  expect(rig.events.map(({ outcome }) => outcome)).toEqual([
    'success',
    'failure',
    'success',
    'success',
    'success',
    'failure',
    'ignored',
    'success',
  ])
})

test('in disabled there is none, whatever happens to the call', async () => {
  const rig = new Rig().enter('disabled')
  rig.succeed()
  rig.fail()
  rig.breaker.acquire().release()
  await rig.breaker.call(() => Promise.reject(down)).catch(() => {})
  expect(rig.events).toEqual([])
})

test('events are frozen: no listener can change what the next one sees', () => {
  const rig = new Rig()
  rig.succeed()
  expect(Object.isFrozen(rig.events[0])).toBe(true)
})

test('a call that opens the circuit is told before the signal it causes', () => {
  const told: string[] = []
  const rig = new Rig({
    listeners: [
      {
        onCall: ({ outcome }) => void told.push(outcome),
        onSignal: ({ newState }) => void told.push(newState),
      },
    ],
  })
  rig.fail(3)
  expect(told).toEqual(['failure', 'failure', 'failure', 'open'])
})

test('a rejection by the state it has just come into is told after the signal of that', () => {
  const told: string[] = []
  const rig = new Rig({
    permit: { test: () => false, finished: () => true, toJSON: () => ({ type: 'no', args: [] }) },
    listeners: [
      {
        onCall: ({ outcome, state }) => void told.push(`${outcome} by ${state}`),
        onSignal: ({ newState }) => void told.push(newState),
      },
    ],
  }).enter('open')
  told.length = 0
  rig.clock.advance(COOLDOWN_MS)
  expect(rig.breaker.tryAcquire()).toBeUndefined()
  expect(told).toEqual(['half_open', 'rejected by half_open'])
})
