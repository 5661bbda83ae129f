import { COOLDOWN_MS, Rig } from '@fluxgate/testkit/rig'
import { describe, expect, test } from 'vitest'
import { failureRate, failureStreak, minRequests, rampUp, slowRate } from '../../src/index.ts'

const RAMP_MS = 10_000
const ramp = (from = 1, to = 1) => rampUp({ from, to, durationMs: RAMP_MS })

/** The ramp is under way, two probes were healthy. */
function ramping(options: ConstructorParameters<typeof Rig>[0] = {}) {
  const rig = new Rig({ probes: 2, permit: ramp(), ...options }).enter('half_open')
  rig.succeed(2)
  expect(rig.breaker.state).toBe('half_open')
  return rig
}

describe('a healthy sample while the ramp is under way', () => {
  test('keeps the circuit half-open until the very end of the ramp', () => {
    const rig = ramping()
    rig.clock.advance(RAMP_MS - 1)
    rig.succeed(100)
    expect(rig.breaker.state).toBe('half_open')
    expect(rig.signals).toEqual([])
    rig.clock.advance(1)
    rig.succeed()
    expect(rig.breaker.state).toBe('closed')
  })

  test('the probe budget no longer limits', () => {
    const rig = ramping()
    const tickets = Array.from({ length: 500 }, () => rig.breaker.tryAcquire())
    expect(tickets.every(Boolean)).toBe(true)
  })

  test('its calls are no probes: one that takes longer than a lease counts', () => {
    const rig = ramping({ probeLeaseMs: 100 })
    rig.succeed(1, 100)
    expect(rig.breaker.snapshot().metrics.total).toBe(3)
    expect(rig.events.at(-1)).toMatchObject({ outcome: 'success', stale: false })
  })

  test('before the sample is healthy, the budget does limit', () => {
    const rig = new Rig({ probes: 2, permit: ramp() }).enter('half_open')
    rig.succeed()
    rig.breaker.acquire()
    expect(rig.breaker.tryAcquire()).toBeUndefined()
  })

  test.each([
    { at: 0, ratio: 0.1 },
    { at: RAMP_MS / 2, ratio: 0.5 },
    { at: RAMP_MS - 1, ratio: 0.9 },
  ])('the ratio alone decides: at $at ms it is $ratio', ({ at, ratio }) => {
    let chance = 0
    const rig = ramping({ permit: ramp(0.1, 0.9), random: () => chance })
    rig.clock.advance(at)
    chance = ratio - 0.001
    expect(rig.admits()).toBe(true)
    chance = ratio + 0.001
    expect(rig.admits()).toBe(false)
  })

  test('the ratio applies to the probes too', () => {
    let chance = 0.2
    const rig = new Rig({ permit: ramp(0.1, 0.9), random: () => chance }).enter('open')
    rig.clock.advance(COOLDOWN_MS)
    expect(rig.admits()).toBe(false)
    chance = 0.05
    expect(rig.admits()).toBe(true)
  })
})

describe('the rule goes on judging each recorded call', () => {
  test('a failure opens', () => {
    const rig = ramping({ tripper: failureRate(0.2) })
    rig.succeed(2)
    rig.fail()
    expect(rig.signals).toEqual([
      expect.objectContaining({
        oldState: 'half_open',
        newState: 'open',
        cause: 'rule',
        metrics: expect.objectContaining({ total: 5, failures: 1 }),
      }),
    ])
  })

  test('a slow success opens', () => {
    const rig = ramping({ tripper: slowRate(0.3, 100) })
    rig.succeed(1, 100)
    expect(rig.breaker.state).toBe('open')
  })

  test('with counts still capped at the number of probes', () => {
    const rig = ramping({ tripper: failureStreak(5) })
    rig.fail()
    expect(rig.breaker.state).toBe('half_open')
    rig.fail()
    expect(rig.breaker.state).toBe('open')
  })

  test('also at the first settlement after the end', () => {
    const rig = ramping({ tripper: failureRate(0.2) })
    rig.fail(1, new Error('down'), RAMP_MS)
    expect(rig.breaker.state).toBe('open')
  })

  test('a failing sample opens, ramp or not', () => {
    const rig = new Rig({
      probes: 2,
      permit: ramp(),
      tripper: minRequests(2).and(failureRate(1)),
    }).enter('half_open')
    rig.fail(2)
    expect(rig.breaker.state).toBe('open')
  })
})

describe('the end of the ramp', () => {
  test('closes with the next admission, which is a call of the closed circuit', () => {
    const rig = ramping()
    rig.clock.advance(RAMP_MS)
    expect(rig.breaker.state).toBe('half_open')
    const ticket = rig.breaker.acquire()
    expect(rig.breaker.state).toBe('closed')
    expect(rig.signals).toEqual([
      expect.objectContaining({
        oldState: 'half_open',
        newState: 'closed',
        cause: 'probes',
        reason: '2 of 2 probes succeeded',
      }),
    ])
    ticket.success()
    expect(rig.breaker.snapshot().metrics.total).toBe(1)
    expect(rig.events.at(-1)).toMatchObject({ state: 'closed', stale: false })
  })

  test.each(['success', 'failure', 'release'] as const)(
    'closes with the next settlement, here a %s',
    (end) => {
      const rig = ramping()
      const ticket = rig.breaker.acquire()
      rig.clock.advance(RAMP_MS)
      ticket[end](new Error('one of many'))
      expect(rig.transitions).toEqual(['half_open>closed'])
      expect(rig.events.at(-1)).toMatchObject({ state: 'half_open', stale: false })
    },
  )

  test('closes at once when the ramp ended before the probes were through', () => {
    const rig = new Rig({ probes: 2, permit: ramp() }).enter('half_open')
    rig.succeed()
    rig.clock.advance(RAMP_MS)
    expect(rig.admits()).toBe(true)
    expect(rig.breaker.state).toBe('half_open')
    rig.succeed()
    expect(rig.breaker.state).toBe('closed')
  })
})

test('a new half_open begins its own ramp', () => {
  const rig = ramping()
  rig.clock.advance(RAMP_MS - 1)
  rig.enter('half_open')
  rig.succeed(2)
  rig.clock.advance(RAMP_MS - 1)
  rig.succeed()
  expect(rig.breaker.state).toBe('half_open')
})
