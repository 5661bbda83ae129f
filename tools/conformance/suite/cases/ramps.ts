import type { BreakerOptions } from '@fluxgate/core'
import { SubjectRig } from '@fluxgate/testkit/subject-rig'
import { assert } from 'chai'
import { cases } from '../conformance-case.ts'
import type { Subject } from '../subject.ts'

const RAMP_MS = 10_000

/** Half-open under a ramp from 0.1 to 1; the random source returns `draw.chance`. */
function ramping(s: Subject, options: Partial<BreakerOptions> = {}) {
  const draw = { chance: 0 }
  const permit = s.core.rampUp({ from: 0.1, to: 1, durationMs: RAMP_MS })
  const rig = new SubjectRig(s, { permit, probes: 2, random: () => draw.chance, ...options })
  return { rig: rig.enter('half_open'), draw }
}

/** A half-open circuit whose probes succeeded, during its ramp. */
function healthy(s: Subject, options: Partial<BreakerOptions> = {}) {
  const bench = ramping(s, options)
  bench.rig.succeed(2)
  bench.rig.clearRecords()
  return bench
}

export const rampCases = cases('3. Ramps', {
  'healthy probes do not close the circuit during the ramp': (s) => {
    const { rig } = healthy(s)
    assert.strictEqual(rig.state, 'half_open')
    assert.deepEqual(rig.signals, [])
  },
  'the budget and the ramp both limit until the probes are recorded': (s) => {
    const { rig, draw } = ramping(s)
    draw.chance = 0.5
    assert.isFalse(rig.admits())
    draw.chance = 0.05
    rig.breaker.acquire()
    rig.breaker.acquire()
    assert.isFalse(rig.admits())
  },
  'only the ramp limits after the probes succeeded': (s) => {
    const { rig, draw } = healthy(s)
    for (let i = 0; i < 300; i++) assert.isDefined(rig.breaker.tryAcquire())
    draw.chance = 0.1
    assert.isUndefined(rig.breaker.tryAcquire())
  },
  'the admitted share rises linearly': (s) => {
    const { rig, draw } = healthy(s)
    for (const [elapsedMs, share] of [
      [0, 0.1],
      [2_500, 0.325],
      [2_500, 0.55],
      [4_999, 0.9999],
    ] as const) {
      rig.clock.advance(elapsedMs)
      draw.chance = share - 0.001
      assert.isTrue(rig.admits(), `below ${share}`)
      draw.chance = share + 0.001
      assert.isFalse(rig.admits(), `above ${share}`)
    }
  },
  'the rule is evaluated after each recorded call of the ramp': (s) => {
    const { rig } = healthy(s, { tripper: s.core.failureRate(0.5) })
    rig.succeed(3)
    rig.fail(4)
    assert.strictEqual(rig.state, 'half_open')
    rig.fail(1)
    assert.strictEqual(rig.state, 'open')
    assert.strictEqual(rig.signals[0]?.cause, 'rule')
    assert.strictEqual(rig.breaker.snapshot().reopens, 1)
  },
  'counts stay capped at the probes during the ramp': (s) => {
    const { rig } = healthy(s, { tripper: s.core.failureStreak(50) })
    rig.fail(1)
    assert.strictEqual(rig.state, 'half_open')
    rig.fail(1)
    assert.strictEqual(rig.state, 'open')
  },
  'the next admission after the ramp closes the circuit and belongs to closed': (s) => {
    const { rig, draw } = healthy(s)
    draw.chance = 0.999_999
    rig.clock.advance(RAMP_MS - 1)
    assert.isFalse(rig.admits())
    assert.strictEqual(rig.state, 'half_open')
    rig.clock.advance(1)
    assert.strictEqual(rig.state, 'half_open')
    assert.isTrue(rig.breaker.snapshot().permitted)
    const ticket = rig.breaker.acquire()
    assert.strictEqual(rig.state, 'closed')
    assert.deepInclude(rig.signals[0], { cause: 'probes', newState: 'closed' })
    ticket.success()
    assert.strictEqual(rig.recorded, '1/0')
  },
  'the next settlement after the ramp closes the circuit': (s) => {
    const { rig } = healthy(s)
    const ticket = rig.breaker.acquire()
    rig.clock.advance(RAMP_MS)
    ticket.success()
    assert.strictEqual(rig.state, 'closed')
    assert.isFalse(rig.events[0]?.stale)
    assert.strictEqual(rig.recorded, '0/0')
  },
  'a released ticket after the ramp closes the circuit': (s) => {
    const { rig } = healthy(s)
    const ticket = rig.breaker.acquire()
    rig.clock.advance(RAMP_MS)
    ticket.release()
    assert.strictEqual(rig.state, 'closed')
  },
  'a failure after the ramp for which the rule is true opens the circuit': (s) => {
    const { rig } = healthy(s, { tripper: s.core.failureStreak(1) })
    const ticket = rig.breaker.acquire()
    rig.clock.advance(RAMP_MS)
    ticket.failure(new Error('down'))
    assert.strictEqual(rig.state, 'open')
  },
  'probes that succeed after the ramp close the circuit at once': (s) => {
    const { rig } = ramping(s)
    rig.clock.advance(RAMP_MS)
    rig.succeed(1)
    assert.strictEqual(rig.state, 'half_open')
    rig.succeed(1)
    assert.strictEqual(rig.state, 'closed')
  },
  'a finished ramp does not close the circuit before all probes succeeded': (s) => {
    const { rig } = ramping(s)
    rig.succeed(1)
    rig.clock.advance(RAMP_MS * 10)
    assert.isTrue(rig.admits())
    assert.strictEqual(rig.state, 'half_open')
  },
  'a call that the ramp admitted has no lease': (s) => {
    const { rig } = healthy(s, { probeLeaseMs: 100 })
    const slow = rig.breaker.acquire()
    rig.clock.advance(5_000)
    slow.success()
    assert.isFalse(rig.events[0]?.stale)
    assert.strictEqual(rig.recorded, '3/0')
  },
  'each half_open starts its own ramp': (s) => {
    const { rig, draw } = healthy(s, { tripper: s.core.failureStreak(1) })
    rig.clock.advance(9_000)
    rig.fail()
    rig.clock.advance(1_000)
    assert.isTrue(rig.admits())
    draw.chance = 0.2
    assert.isFalse(rig.admits())
  },
  'closing after a ramp sets reopens to 0': (s) => {
    const { rig } = ramping(s, { tripper: s.core.failureStreak(2) })
    rig.fail(2)
    rig.clock.advance(1_000)
    rig.succeed(2)
    rig.clock.advance(RAMP_MS)
    rig.admits()
    assert.strictEqual(rig.state, 'closed')
    assert.strictEqual(rig.breaker.snapshot().reopens, 0)
  },
  'a slow success during the ramp can open the circuit': (s) => {
    const { rig } = healthy(s, { tripper: s.core.slowRate(0.3, 100) })
    rig.succeed(1, 100)
    assert.strictEqual(rig.state, 'open')
  },
  'probes that all fail open the circuit during the ramp': (s) => {
    const tripper = s.core.minRequests(2).and(s.core.failureRate(1))
    const { rig } = ramping(s, { tripper })
    rig.fail(2)
    assert.strictEqual(rig.state, 'open')
  },
  'a failure at the end of the ramp closes the circuit where the rule is false': (s) => {
    const { rig } = healthy(s)
    const ticket = rig.breaker.acquire()
    rig.clock.advance(RAMP_MS)
    ticket.failure(new Error('one of many'))
    assert.deepEqual(rig.transitions, ['half_open>closed'])
    assert.deepInclude(rig.events[0], { state: 'half_open', stale: false })
  },
  'a ramp to less than 1 admits every call when it is over': (s) => {
    const permit = s.core.rampUp({ from: 0.2, to: 0.4, durationMs: RAMP_MS })
    const { rig, draw } = healthy(s, { permit })
    draw.chance = 0.399
    rig.clock.advance(RAMP_MS - 1)
    assert.isTrue(rig.admits())
    draw.chance = 0.999_999
    assert.isFalse(rig.admits())
    rig.clock.advance(1)
    assert.isTrue(rig.admits())
    assert.strictEqual(rig.state, 'closed')
  },
  'a service that still fails receives only the probes during a ramp': (s) => {
    const tripper = s.core.minRequests(20).and(s.core.failureRate(0.5))
    const { rig } = ramping(s, { tripper, probes: 3 })
    let sent = 0
    for (let i = 0; i < 1_000 && rig.state === 'half_open'; i++) {
      const ticket = rig.breaker.tryAcquire()
      if (ticket) sent++
      ticket?.failure(new Error('down'))
      rig.clock.advance(10)
    }
    assert.strictEqual(sent, 3)
    assert.strictEqual(rig.state, 'open')
  },
})
