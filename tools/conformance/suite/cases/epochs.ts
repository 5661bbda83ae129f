import type { State } from '@fluxgate/core'
import { Deferred } from '@fluxgate/testkit/deferred'
import { COOLDOWN_MS, SubjectRig, states } from '@fluxgate/testkit/subject-rig'
import { rejection } from '@fluxgate/testkit/thrown'
import { assert } from 'chai'
import { type ConformanceCase, cases, table } from '../conformance-case.ts'
import type { Subject } from '../subject.ts'

const admitting = ['closed', 'half_open', 'metrics_only', 'disabled'] as const

interface Pair {
  from: (typeof admitting)[number]
  to: State
}

// also to the same state: entered again, it is another epoch
const pairs: Pair[] = admitting.flatMap((from) => states.map((to) => ({ from, to })))

/** A rule that opens at the first failure or slow call, so that every recorded call is visible. */
const sensitive = ({ core }: Subject) => ({
  probes: 1,
  tripper: core.minRequests(1).and(core.failureRate(0.01).or(core.slowRate(0.01, 5))),
})

const outcomeOf = {
  success: 'success',
  failure: 'failure',
  release: 'ignored',
  abort: 'aborted',
} as const

/** Starts a call, and returns a function that settles it. */
function start({ breaker }: SubjectRig, end: keyof typeof outcomeOf): () => unknown {
  if (end !== 'abort') {
    const ticket = breaker.acquire()
    return () => ticket[end](new Error('late'))
  }
  const controller = new AbortController()
  const call = breaker.call(() => new Promise(() => {}), { signal: controller.signal })
  return () => {
    controller.abort()
    return rejection(call)
  }
}

const stalePairs = table(
  '3. Epochs',
  pairs,
  ({ from, to }) => `a call admitted in ${from} that settles in a later ${to} is stale`,
  async ({ from, to }, subject) => {
    for (const end of ['success', 'failure', 'release', 'abort'] as const) {
      const rig = new SubjectRig(subject, sensitive(subject)).enter(from)
      const settle = start(rig, end)
      rig.clock.advance(5)
      rig.enter(to)
      const before = rig.breaker.snapshot()
      rig.clock.advance(7)
      await settle()
      assert.strictEqual(rig.state, to)
      assert.deepEqual(rig.signals, [])
      assert.deepEqual(rig.errors, [])
      assert.strictEqual(rig.recorded, '0/0')
      assert.strictEqual(rig.breaker.snapshot(), before) // no slot changed either
      assert.strictEqual(rig.events.length, 1)
      assert.deepInclude(rig.events[0], {
        outcome: outcomeOf[end],
        timestamp: rig.clock.timestamp(),
        state: from,
        stale: true,
      })
    }
  },
)

const transitions = cases('3. Epochs', {
  'a failure after the opening is stale': (s) => {
    const rig = new SubjectRig(s)
    const late = [1, 2, 3, 4].map(() => rig.breaker.acquire())
    rig.fail(3)
    rig.clearRecords()
    for (const ticket of late) ticket.failure(new Error('late'))
    assert.strictEqual(rig.state, 'open')
    assert.deepEqual(rig.signals, [])
    assert.isTrue(rig.events.every(({ stale, state }) => stale && state === 'closed'))
  },
  'a success from before the opening does not close a half-open circuit': (s) => {
    const rig = new SubjectRig(s, { probes: 1 })
    const slow = rig.breaker.acquire()
    rig.fail(3)
    rig.clock.advance(COOLDOWN_MS)
    rig.breaker.acquire()
    slow.success()
    assert.strictEqual(rig.state, 'half_open')
  },
  'a failure from before the opening does not open a recovered circuit': (s) => {
    const rig = new SubjectRig(s, { probes: 1 })
    const old = [1, 2, 3, 4, 5].map(() => rig.breaker.acquire())
    rig.fail(3)
    rig.clock.advance(COOLDOWN_MS)
    rig.succeed()
    for (const ticket of old) ticket.failure(new Error('old'))
    assert.strictEqual(rig.state, 'closed')
    assert.strictEqual(rig.recorded, '0/0')
  },
  'a probe of an earlier half_open is stale': (s) => {
    const rig = new SubjectRig(s, { probes: 2, tripper: s.core.failureStreak(1) })
    rig.enter('half_open')
    const old = rig.breaker.acquire()
    rig.fail()
    rig.clock.advance(COOLDOWN_MS)
    rig.succeed()
    old.success()
    assert.strictEqual(rig.state, 'half_open')
    rig.succeed()
    assert.strictEqual(rig.state, 'closed')
  },
  'reset() in closed makes the calls in flight stale': (s) => {
    const rig = new SubjectRig(s, { tripper: s.core.failureStreak(1) })
    const old = rig.breaker.acquire()
    rig.breaker.reset()
    old.failure(new Error('old'))
    assert.strictEqual(rig.state, 'closed')
    assert.isTrue(rig.events[0]?.stale)
  },
  'a call that ends in its own epoch is not stale': (s) => {
    for (const state of ['closed', 'half_open', 'metrics_only'] as const) {
      const rig = new SubjectRig(s, { probes: 3 }).enter(state)
      rig.succeed(1)
      assert.deepInclude(rig.events[0], { stale: false, state })
      assert.strictEqual(rig.recorded, '1/0')
    }
  },
  'the caller receives the value or error of a stale call': async (s) => {
    const { breaker } = new SubjectRig(s)
    const [good, bad] = [new Deferred<string>(), new Deferred<string>()]
    const [first, second] = [breaker.call(() => good.promise), breaker.call(() => bad.promise)]
    breaker.forceOpen()
    const error = new Error('late')
    good.resolve('late')
    bad.reject(error)
    assert.strictEqual(await first, 'late')
    assert.strictEqual(await rejection(second), error)
  },
  'a call whose function changes the state is stale': (s) => {
    const rig = new SubjectRig(s, { tripper: s.core.failureStreak(1) })
    rig.breaker.callSync(() => {
      rig.breaker.forceOpen()
      rig.breaker.reset()
    })
    assert.strictEqual(rig.recorded, '0/0')
    assert.isTrue(rig.events[0]?.stale)
  },
  'inFlight counts calls until they settle, also stale ones': (s) => {
    const { breaker } = new SubjectRig(s)
    const [a, b] = [breaker.acquire(), breaker.acquire()]
    assert.strictEqual(breaker.inFlight, 2)
    breaker.forceOpen()
    assert.strictEqual(breaker.inFlight, 2)
    a.success()
    b.release()
    b.release()
    assert.strictEqual(breaker.inFlight, 0)
  },
  'a hundred thousand calls in flight during an opening are stale': (s) => {
    const { core } = s
    let stale = 0
    const breaker = new core.CircuitBreaker({
      name: 'x',
      tripper: core.failureStreak(3),
      listeners: [{ onCall: (event) => void (event.stale && stale++) }],
    })
    const tickets = Array.from({ length: 100_000 }, () => breaker.acquire())
    const down = new Error('down')
    for (const ticket of tickets) ticket.failure(down)
    assert.strictEqual(breaker.state, 'open')
    assert.strictEqual(breaker.inFlight, 0)
    assert.strictEqual(stale, 100_000 - 3)
    assert.strictEqual(breaker.snapshot().metrics.total, 0)
  },
  'a call that the ramp admitted is stale after the circuit closed': (s) => {
    const permit = s.core.rampUp({ from: 1, to: 1, durationMs: 10_000 })
    const rig = new SubjectRig(s, { ...sensitive(s), permit }).enter('half_open')
    rig.succeed()
    const late = rig.breaker.acquire()
    rig.clock.advance(10_000)
    rig.admits()
    assert.strictEqual(rig.state, 'closed')
    rig.clearRecords()
    late.failure(new Error('late'))
    assert.strictEqual(rig.state, 'closed')
    assert.deepInclude(rig.events[0], { outcome: 'failure', state: 'half_open', stale: true })
  },
})

export const epochCases: readonly ConformanceCase[] = [...stalePairs, ...transitions]
