import { SubjectRig } from '@fluxgate/testkit/subject-rig'
import { assert } from 'chai'
import { cases } from '../conformance-case.ts'
import type { Subject } from '../subject.ts'

const LEASE_MS = 500

function leased(subject: Subject, probes = 1): SubjectRig {
  const tripper = subject.core.failureStreak(9)
  return new SubjectRig(subject, { probes, probeLeaseMs: LEASE_MS, tripper }).enter('half_open')
}

export const leaseCases = cases('3. Probe leases', {
  'a pending probe holds its slot until its lease ends': (s) => {
    const rig = leased(s)
    rig.breaker.acquire()
    rig.clock.advance(LEASE_MS - 0.5)
    assert.isFalse(rig.breaker.snapshot().permitted)
    assert.isFalse(rig.admits())
    rig.clock.advance(0.5)
    assert.isTrue(rig.breaker.snapshot().permitted)
    assert.isTrue(rig.admits())
  },
  'the outcome of a probe whose lease has ended counts within the same half_open': (s) => {
    for (const end of ['success', 'failure'] as const) {
      const rig = leased(s)
      const late = rig.breaker.acquire()
      rig.clock.advance(LEASE_MS * 100)
      late[end](new Error('late'))
      assert.strictEqual(rig.state, end === 'success' ? 'closed' : 'open')
      assert.deepInclude(rig.events[0], { outcome: end, stale: false, state: 'half_open' })
    }
  },
  'a circuit closes although every answer takes longer than a lease': (s) => {
    const rig = leased(s, 3)
    for (let i = 0; i < 3; i++) rig.succeed(1, LEASE_MS * 3)
    assert.strictEqual(rig.state, 'closed')
  },
  'the outcome of a late probe is stale in the next half_open': (s) => {
    const rig = leased(s, 1)
    const late = rig.breaker.acquire()
    rig.clock.advance(LEASE_MS)
    rig.fail()
    rig.enter('half_open')
    late.success()
    assert.strictEqual(rig.state, 'half_open')
    assert.isTrue(rig.events[0]?.stale)
  },
  'the lease of a call lasts at least its timeoutMs': (s) => {
    const rig = leased(s)
    const ticket = rig.breaker.acquire({ timeoutMs: LEASE_MS * 3 })
    rig.clock.advance(LEASE_MS * 3 - 1)
    assert.isFalse(rig.admits())
    ticket.success()
    assert.strictEqual(rig.state, 'closed')
  },
  'a timeoutMs below the lease does not shorten it, and Infinity does not extend it': (s) => {
    for (const timeoutMs of [LEASE_MS / 5, Number.POSITIVE_INFINITY]) {
      const rig = leased(s)
      rig.breaker.acquire({ timeoutMs })
      rig.clock.advance(LEASE_MS - 1)
      assert.isFalse(rig.admits())
      rig.clock.advance(1)
      assert.isTrue(rig.admits())
    }
  },
  'an outcome before the end of the lease is recorded': (s) => {
    const rig = leased(s)
    const ticket = rig.breaker.acquire()
    rig.clock.advance(LEASE_MS - 0.001)
    ticket.success()
    assert.strictEqual(rig.state, 'closed')
    assert.isFalse(rig.events[0]?.stale)
  },
  'a probe that settles after its lease does not free the slot of the next': (s) => {
    const rig = leased(s)
    const late = rig.breaker.acquire()
    rig.clock.advance(LEASE_MS)
    const next = rig.breaker.acquire()
    late.release()
    assert.isFalse(rig.admits())
    assert.strictEqual(rig.state, 'half_open')
    next.success()
    assert.strictEqual(rig.state, 'closed')
  },
  'each probe has its own lease': (s) => {
    const rig = leased(s, 2)
    rig.breaker.acquire()
    rig.clock.advance(300)
    rig.breaker.acquire()
    rig.clock.advance(200)
    assert.isDefined(rig.breaker.tryAcquire())
    assert.isUndefined(rig.breaker.tryAcquire())
    rig.clock.advance(300)
    assert.isDefined(rig.breaker.tryAcquire())
    assert.isUndefined(rig.breaker.tryAcquire())
  },
  'a probe that settles first does not free the slot of an older one': (s) => {
    const rig = leased(s, 3)
    rig.breaker.acquire()
    rig.clock.advance(100)
    const young = rig.breaker.acquire()
    young.release()
    assert.isDefined(rig.breaker.tryAcquire())
    assert.isDefined(rig.breaker.tryAcquire())
    assert.isUndefined(rig.breaker.tryAcquire())
  },
  'probes that never settle do not block the circuit': (s) => {
    const rig = leased(s, 2)
    for (let i = 0; i < 50; i++) {
      rig.breaker.acquire()
      rig.breaker.acquire()
      assert.isFalse(rig.admits())
      rig.clock.advance(LEASE_MS)
    }
    rig.succeed(2)
    assert.strictEqual(rig.state, 'closed')
  },
  'the slot of a lost probe is freed by the next call, not by a timer': (s) => {
    const rig = leased(s)
    rig.breaker.acquire()
    const before = rig.breaker.snapshot()
    rig.clock.advance(LEASE_MS * 10)
    assert.strictEqual(rig.state, 'half_open')
    assert.deepEqual(rig.events, [])
    assert.isFalse(before.permitted)
    assert.isTrue(rig.breaker.snapshot().permitted)
  },
  'the default lease is one minute': (s) => {
    const rig = new SubjectRig(s, { probes: 1 }).enter('half_open')
    rig.breaker.acquire()
    rig.clock.advance(59_999)
    assert.isFalse(rig.admits())
    rig.clock.advance(1)
    assert.isTrue(rig.admits())
  },
  'a probe does not regain its slot when the clock steps back': (s) => {
    const time = { now: 1_000 }
    const { core } = s
    const breaker = new core.CircuitBreaker({
      name: 'x',
      probes: 1,
      probeLeaseMs: LEASE_MS,
      clock: { now: () => time.now, timestamp: () => 0 },
    })
    breaker.trip({ forMs: 1 })
    time.now += 1
    const late = breaker.acquire()
    time.now += LEASE_MS
    const next = breaker.acquire()
    time.now -= LEASE_MS / 2
    assert.isUndefined(breaker.tryAcquire())
    late.release()
    assert.strictEqual(breaker.state, 'half_open')
    assert.isUndefined(breaker.tryAcquire())
    next.success()
    assert.strictEqual(breaker.state, 'closed')
  },
  'calls admitted while closed have no lease': (s) => {
    const rig = new SubjectRig(s, { probeLeaseMs: LEASE_MS })
    const slow = rig.breaker.acquire()
    rig.clock.advance(LEASE_MS * 100)
    slow.success()
    assert.strictEqual(rig.recorded, '1/0')
    assert.isFalse(rig.events[0]?.stale)
  },
})
