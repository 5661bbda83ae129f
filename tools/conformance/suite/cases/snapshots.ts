import type { Permit } from '@fluxgate/core'
import { COOLDOWN_MS, SubjectRig, states } from '@fluxgate/testkit/subject-rig'
import { assert } from 'chai'
import { cases } from '../conformance-case.ts'

export const snapshotCases = cases('5. Snapshots', {
  'a snapshot has the current state and is frozen': (s) => {
    const rig = new SubjectRig(s)
    rig.clock.advance(10)
    rig.fail(3)
    const since = rig.clock.timestamp()
    const snapshot = rig.breaker.snapshot()
    assert.deepEqual<unknown>(snapshot, {
      name: 'payments',
      state: 'open',
      since,
      reason: 'failure streak 3 ≥ 3 over 3 calls',
      cause: 'rule',
      report: rig.signals[0]?.report,
      retryAt: since + COOLDOWN_MS,
      reopens: 0,
      healthy: false,
      metrics: snapshot.metrics,
      permitted: false,
    })
    assert.isFrozen(snapshot)
    assert.isFrozen(snapshot.metrics)
  },
  'a snapshot is the same object until something changes': (s) => {
    for (const state of states) {
      const rig = new SubjectRig(s).enter(state)
      const before = rig.breaker.snapshot()
      assert.strictEqual(rig.breaker.snapshot(), before, state)
      rig.clock.advance(1)
      rig.breaker.explain()
      assert.strictEqual(rig.breaker.snapshot(), before, state)
    }
  },
  'recorded calls, transitions and admissibility change the snapshot': (s) => {
    const rig = new SubjectRig(s, { probes: 2 })
    const changes = (change: () => void) => {
      const before = rig.breaker.snapshot()
      change()
      const after = rig.breaker.snapshot()
      assert.strictEqual(rig.breaker.snapshot(), after)
      return after !== before
    }
    assert.isTrue(changes(() => rig.succeed()))
    assert.isTrue(changes(() => rig.fail()))
    assert.isTrue(changes(() => rig.breaker.reset()))
    assert.isFalse(changes(() => rig.breaker.acquire()))
    assert.isTrue(changes(() => rig.breaker.trip()))
    assert.isFalse(changes(() => rig.admits()))
    assert.isTrue(changes(() => rig.breaker.trip({ forMs: 50 })))
    assert.isTrue(changes(() => rig.clock.advance(50))) // now permitted
    assert.isTrue(changes(() => rig.admits())) // half_open
    assert.isFalse(changes(() => rig.breaker.acquire()))
    assert.isTrue(changes(() => rig.breaker.acquire())) // no slot left
  },
  'the snapshot changes when the window evicts a call': (s) => {
    const rig = new SubjectRig(s, { window: s.core.timeWindow(100) })
    rig.succeed()
    const before = rig.breaker.snapshot()
    rig.clock.advance(50)
    assert.strictEqual(rig.breaker.snapshot(), before)
    rig.clock.advance(50)
    const after = rig.breaker.snapshot()
    assert.notStrictEqual(after, before)
    assert.strictEqual(before.metrics.total, 1)
    rig.clock.advance(5_000)
    assert.strictEqual(rig.breaker.snapshot(), after)
  },
  'reading does not change the state of a due circuit': (s) => {
    const rig = new SubjectRig(s)
    rig.fail(3)
    rig.clock.advance(COOLDOWN_MS * 5)
    for (let i = 0; i < 3; i++) {
      rig.breaker.snapshot()
      rig.breaker.explain()
      rig.breaker.toJSON()
      assert.strictEqual(rig.breaker.state, 'open')
    }
    assert.deepEqual(rig.transitions, ['closed>open'])
    assert.isTrue(rig.breaker.snapshot().permitted)
  },
  'permitted is whether a call would be admitted now': (s) => {
    const rig = new SubjectRig(s, { probes: 1 })
    const check = () => {
      const { permitted } = rig.breaker.snapshot()
      const ticket = rig.breaker.tryAcquire()
      assert.strictEqual(ticket !== undefined, permitted)
      return ticket
    }
    check()?.release()
    rig.breaker.trip({ forMs: 100 })
    check()
    rig.clock.advance(98)
    check()
    rig.clock.advance(1)
    const probe = check()
    check()
    probe?.release()
    check()?.success()
    assert.strictEqual(rig.state, 'closed')
    rig.breaker.forceOpen()
    check()
  },
  'permitted of a due circuit evaluates the permit': (s) => {
    let willing = false
    const rig = new SubjectRig(s, { permit: s.core.admitWhen('own', () => willing) })
    rig.breaker.trip({ forMs: 10 })
    rig.clock.advance(10)
    assert.isFalse(rig.breaker.snapshot().permitted)
    willing = true
    assert.isTrue(rig.breaker.snapshot().permitted)
    assert.strictEqual(rig.state, 'open')
  },
  'permitted draws no random number, and is true with a random permit': (s) => {
    let drawn = 0
    const random = () => {
      drawn++
      return 0.99
    }
    const rig = new SubjectRig(s, { permit: s.core.admitRandom(0.01), random }).enter('half_open')
    drawn = 0
    assert.isTrue(rig.breaker.snapshot().permitted)
    assert.strictEqual(drawn, 0)
    assert.isFalse(rig.admits())
    assert.strictEqual(drawn, 1)
  },
  'retryAt is in the snapshot only while open': (s) => {
    for (const state of states) {
      const rig = new SubjectRig(s).enter(state)
      assert.strictEqual('retryAt' in rig.breaker.snapshot(), state === 'open', state)
    }
  },
  'rejections counts every rejected call': async (s) => {
    const rig = new SubjectRig(s).enter('forced_open')
    rig.admits()
    await Promise.allSettled([rig.breaker.call(() => 1)])
    assert.strictEqual(rig.breaker.rejections, 2)
    rig.breaker.reset()
    rig.succeed()
    assert.strictEqual(rig.breaker.rejections, 2)
  },
  'the clock of a breaker is its option, or the default clock': (s) => {
    const rig = new SubjectRig(s)
    assert.strictEqual(rig.breaker.clock, rig.clock)
    assert.closeTo(new s.core.CircuitBreaker({ name: 'x' }).clock.timestamp(), Date.now(), 10_000)
  },
  'calls in disabled do not change the snapshot': (s) => {
    const rig = new SubjectRig(s).enter('disabled')
    const before = rig.breaker.snapshot()
    rig.succeed()
    assert.strictEqual(rig.breaker.snapshot(), before)
  },
  'the snapshot changes after explain() evicted calls': (s) => {
    const rig = new SubjectRig(s, { window: s.core.timeWindow(1_000) })
    rig.fail()
    assert.strictEqual(rig.breaker.snapshot().metrics.total, 1)
    rig.clock.advance(1_000)
    rig.breaker.explain()
    assert.strictEqual(rig.breaker.snapshot().metrics.total, 0)
  },
  'reading does not close a circuit whose ramp is over': (s) => {
    const permit = s.core.rampUp({ from: 1, to: 1, durationMs: 10 })
    const rig = new SubjectRig(s, { probes: 1, permit }).enter('half_open')
    rig.succeed()
    rig.clock.advance(10)
    rig.breaker.snapshot()
    rig.breaker.explain()
    rig.breaker.toJSON()
    assert.strictEqual(rig.state, 'half_open')
    assert.deepEqual(rig.signals, [])
  },
  'permitted is true when the permit is finished, although it rejects probes': (s) => {
    const permit: Permit = {
      test: ({ recorded }) => recorded === 0,
      finished: (elapsedMs) => elapsedMs >= 100,
      toJSON: () => ({ type: 'one, then a pause', args: [] }),
    }
    const rig = new SubjectRig(s, { probes: 1, permit }).enter('half_open')
    rig.succeed()
    rig.clock.advance(99)
    assert.isFalse(rig.breaker.snapshot().permitted)
    assert.isFalse(rig.admits())
    rig.clock.advance(1)
    assert.isTrue(rig.breaker.snapshot().permitted)
    assert.isTrue(rig.admits())
    assert.strictEqual(rig.state, 'closed')
  },
  'reason, cause and report are those of the last signal, for as long as the state lasts': (s) => {
    const rig = new SubjectRig(s, { probes: 1 })
    const check = () => {
      const { reason, cause, report } = rig.breaker.snapshot()
      const signal = rig.signals.at(-1)
      assert.deepEqual([reason, cause, report], [signal?.reason, signal?.cause, signal?.report])
    }
    rig.fail(3)
    rig.clock.advance(COOLDOWN_MS)
    check()
    rig.reopen()
    check()
    rig.admits()
    check()
    rig.succeed()
    check()
    rig.breaker.reset() // no transition
    check()
    rig.breaker.metricsOnly()
    check()
    rig.fail(3) // the shadow verdict is no transition
    assert.strictEqual(rig.breaker.snapshot().cause, 'manual')
  },
  'healthy is true from the last successful probe to the end of the ramp': (s) => {
    const permit = s.core.rampUp({ from: 1, to: 1, durationMs: 100 })
    const rig = new SubjectRig(s, { permit, probes: 2 }).enter('half_open')
    rig.succeed()
    assert.isFalse(rig.breaker.snapshot().healthy)
    rig.succeed()
    assert.isTrue(rig.breaker.snapshot().healthy)
    rig.clock.advance(100)
    rig.admits()
    assert.deepInclude(rig.breaker.snapshot(), { state: 'closed', healthy: false })
  },
})
