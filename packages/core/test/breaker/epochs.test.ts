import { Deferred } from '@fluxgate/testkit/deferred'
import { COOLDOWN_MS, Rig, states } from '@fluxgate/testkit/rig'
import { describe, expect, test } from 'vitest'
import {
  type BreakerOptions,
  failureRate,
  minRequests,
  rampUp,
  type State,
  slowRate,
} from '../../src/index.ts'

/** Whatever is counted moves the circuit: so nothing was, when nothing moved. */
const hair: Partial<BreakerOptions> = {
  tripper: minRequests(1).and(failureRate(0.01).or(slowRate(0.01, 50))),
  probes: 1,
}

const admitting = ['closed', 'half_open', 'metrics_only', 'disabled'] as const
const byHand = admitting.flatMap((from) => states.map((to) => ({ from, to })))

describe.each(byHand)('a call admitted in $from that settles in $to, moved by hand', (pair) => {
  const { from, to } = pair

  test('with a value', async () => {
    const rig = new Rig(hair).enter(from)
    const work = new Deferred<object>()
    const called = rig.breaker.call(() => work.promise)
    rig.enter(to)
    rig.clock.advance(50)
    await expectStale(rig, from, 'success', async () => {
      const value = { paid: true }
      work.resolve(value)
      expect(await called).toBe(value)
    })
  })

  test('with an error', async () => {
    const rig = new Rig(hair).enter(from)
    const work = new Deferred<object>()
    const called = rig.breaker.call(() => work.promise)
    rig.enter(to)
    rig.clock.advance(50)
    await expectStale(rig, from, 'failure', async () => {
      const error = new Error('late')
      work.reject(error)
      expect(await called.catch((caught) => caught)).toBe(error)
    })
  })

  test('with an abort', async () => {
    const rig = new Rig(hair).enter(from)
    const controller = new AbortController()
    const called = rig.breaker.call(() => new Promise(() => {}), { signal: controller.signal })
    rig.enter(to)
    rig.clock.advance(50)
    await expectStale(rig, from, 'aborted', async () => {
      controller.abort('changed my mind')
      expect(await called.catch((caught) => caught)).toBe('changed my mind')
    })
  })

  test('with a ticket', async () => {
    const rig = new Rig(hair).enter(from)
    const ticket = rig.breaker.acquire()
    rig.enter(to)
    rig.clock.advance(50)
    await expectStale(rig, from, 'failure', () => ticket.failure(new Error('late')))
  })
})

async function expectStale(
  rig: Rig,
  from: State,
  outcome: string,
  settle: () => void | Promise<void>,
): Promise<void> {
  const before = rig.breaker.snapshot()
  await settle()
  expect(rig.breaker.snapshot()).toBe(before)
  expect(rig.signals).toEqual([])
  expect(rig.errors).toEqual([])
  expect(rig.events).toEqual([
    expect.objectContaining({
      outcome,
      state: from,
      stale: true,
      timestamp: rig.clock.timestamp(),
    }),
  ])
}

describe('moved by itself', () => {
  test('closed → open: a failure that comes late counts nowhere', async () => {
    const rig = new Rig(hair)
    const late = rig.breaker.acquire()
    rig.fail()
    rig.clearRecords()
    await expectStale(rig, 'closed', 'failure', () => late.failure(new Error('late')))
  })

  test('closed → open → half_open: a late success closes nothing', async () => {
    const rig = new Rig(hair)
    const late = rig.breaker.acquire()
    rig.fail()
    rig.clock.advance(COOLDOWN_MS)
    rig.admits()
    rig.clearRecords()
    await expectStale(rig, 'closed', 'success', () => late.success())
  })

  test('closed → open → half_open → closed: a late failure opens nothing', async () => {
    const rig = new Rig(hair)
    const late = rig.breaker.acquire()
    rig.fail()
    rig.clock.advance(COOLDOWN_MS)
    rig.succeed()
    rig.clearRecords()
    expect(rig.breaker.state).toBe('closed')
    await expectStale(rig, 'closed', 'failure', () => late.failure(new Error('late')))
  })

  test('half_open → open: a late probe moves nothing', async () => {
    const rig = new Rig({ ...hair, probes: 2 }).enter('half_open')
    const late = rig.breaker.acquire()
    rig.fail()
    rig.clearRecords()
    expect(rig.breaker.state).toBe('open')
    await expectStale(rig, 'half_open', 'success', () => late.success())
  })

  test('half_open → open → half_open: a probe of the first is none of the second', async () => {
    const rig = new Rig({ ...hair, probes: 2 }).enter('half_open')
    const late = rig.breaker.acquire()
    rig.fail()
    rig.clock.advance(COOLDOWN_MS)
    rig.succeed()
    rig.clearRecords()
    await expectStale(rig, 'half_open', 'success', () => late.success())
  })

  test('half_open → closed: a call let in by the ramp comes late', async () => {
    const permit = rampUp({ from: 1, to: 1, durationMs: 10_000 })
    const rig = new Rig({ ...hair, permit }).enter('half_open')
    rig.succeed()
    const late = rig.breaker.acquire()
    rig.clock.advance(10_000)
    rig.admits()
    rig.clearRecords()
    expect(rig.breaker.state).toBe('closed')
    await expectStale(rig, 'half_open', 'failure', () => late.failure(new Error('late')))
  })
})

test('an outcome in its own epoch is not stale', () => {
  for (const state of admitting) {
    const rig = new Rig().enter(state)
    rig.fail()
    expect(rig.events.map(({ stale }) => stale)).toEqual(state === 'disabled' ? [] : [false])
  }
})
