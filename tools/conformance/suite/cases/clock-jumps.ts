import type { BreakerOptions, State } from '@fluxgate/core'
import { COOLDOWN_MS, states } from '@fluxgate/testkit/subject-rig'
import { thrown } from '@fluxgate/testkit/thrown'
import { assert } from 'chai'
import { type ConformanceCase, cases, table } from '../conformance-case.ts'
import type { Subject } from '../subject.ts'

const HOUR_MS = 3_600_000
const YEAR_MS = 365 * 86_400_000

/** A breaker whose monotonic clock can jump either way. */
function jumping({ core }: Subject, options: Partial<BreakerOptions> = {}) {
  const time = { now: 10 * YEAR_MS }
  const breaker = new core.CircuitBreaker({
    name: 'payments',
    clock: { now: () => time.now, timestamp: () => time.now },
    tripper: core.minRequests(2).and(core.failureRate(0.5)),
    retry: core.cooldown(COOLDOWN_MS),
    onError: (error) => {
      throw error
    },
    ...options,
  })
  const due = () => {
    breaker.trip()
    time.now += COOLDOWN_MS
  }
  return { time, breaker, due }
}

function enter(state: State, { breaker, due }: ReturnType<typeof jumping>): void {
  if (state === 'open') breaker.trip()
  if (state === 'metrics_only') breaker.metricsOnly()
  if (state === 'disabled') breaker.disable()
  if (state === 'forced_open') breaker.forceOpen()
  if (state === 'half_open') {
    due()
    breaker.tryAcquire()?.release()
  }
}

const ahead = table(
  '5. Clocks',
  states,
  (state) => `a clock that jumps ahead in ${state} changes only what is due`,
  (state, s) => {
    for (const jumpMs of [HOUR_MS, YEAR_MS]) {
      const rig = jumping(s)
      enter(state, rig)
      rig.time.now += jumpMs
      assert.strictEqual(rig.breaker.state, state)
      assert.strictEqual(rig.breaker.snapshot().permitted, state !== 'forced_open')
      rig.breaker.tryAcquire()?.success()
      assert.strictEqual(rig.breaker.state, state === 'open' ? 'half_open' : state)
    }
  },
)

const jumps = cases('5. Clocks', {
  'a call in flight while the clock jumps ahead took that long': (s) => {
    const options = { window: s.core.timeWindow(60_000), tripper: s.core.failureRate(1) }
    const { time, breaker } = jumping(s, { ...options, timed: true })
    breaker.acquire().success()
    const ticket = breaker.acquire()
    time.now += YEAR_MS
    assert.strictEqual(breaker.snapshot().metrics.total, 0)
    ticket.success()
    assert.deepInclude(breaker.snapshot().metrics, { total: 1, totalDurationMs: YEAR_MS })
  },
  'a jump ahead ends leases and ramps': (s) => {
    const permit = s.core.rampUp({ from: 0.01, to: 1, durationMs: 10_000 })
    const { time, breaker, due } = jumping(s, { permit, probes: 1, random: () => 0.005 })
    due()
    const lost = breaker.acquire()
    assert.isUndefined(breaker.tryAcquire())
    time.now += HOUR_MS
    const probe = breaker.acquire()
    lost.release()
    probe.success()
    assert.strictEqual(breaker.state, 'closed')
  },
  'while the clock does not advance calls are recorded, and an open circuit stays open': (s) => {
    const tripper = s.core.minRequests(50).and(s.core.failureRate(0.5))
    const { breaker } = jumping(s, { window: s.core.timeWindow(1_000), tripper, timed: true })
    for (let i = 0; i < 49; i++) breaker.acquire().failure(new Error('down'))
    assert.deepInclude(breaker.snapshot().metrics, { total: 49, avgDurationMs: 0 })
    breaker.acquire().failure(new Error('down'))
    assert.strictEqual(breaker.state, 'open')
    for (let i = 0; i < 1_000; i++) assert.isUndefined(breaker.tryAcquire())
    assert.strictEqual(breaker.rejections, 1_000)
  },
  'while the clock does not advance a probe keeps its slot and can close the circuit': (s) => {
    const { breaker, due } = jumping(s, { probes: 1 })
    due()
    const probe = breaker.acquire()
    for (let i = 0; i < 100; i++) assert.isUndefined(breaker.tryAcquire())
    probe.success()
    assert.strictEqual(breaker.state, 'closed')
  },
  'an open circuit whose clock stepped back goes on from the last reading': (s) => {
    const { time, breaker } = jumping(s)
    breaker.trip()
    time.now += COOLDOWN_MS / 2
    assert.isFalse(breaker.snapshot().permitted)
    time.now -= HOUR_MS
    assert.propertyVal(
      thrown(() => breaker.acquire()),
      'retryAfterMs',
      COOLDOWN_MS / 2,
    )
    time.now += COOLDOWN_MS / 2 - 2
    assert.isUndefined(breaker.tryAcquire())
    time.now += 1
    assert.isDefined(breaker.tryAcquire())
  },
  'an open circuit keeps its retry time over many steps back': (s) => {
    const { time, breaker } = jumping(s)
    breaker.trip({ forMs: 100 })
    for (let elapsedMs = 0; elapsedMs < 98; elapsedMs++) {
      assert.isUndefined(breaker.tryAcquire())
      time.now -= HOUR_MS
      assert.isFalse(breaker.snapshot().permitted)
      time.now += 1
    }
    time.now += 1
    assert.isDefined(breaker.tryAcquire())
  },
  'a reading that is not finite does not stop the circuit': (s) => {
    for (const reading of [Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY]) {
      const { time, breaker } = jumping(s)
      breaker.acquire().success()
      const before = time.now
      time.now = reading
      breaker.acquire().success()
      time.now = before
      breaker.trip({ forMs: COOLDOWN_MS })
      assert.isUndefined(breaker.tryAcquire())
      time.now += COOLDOWN_MS
      assert.isDefined(breaker.tryAcquire(), String(reading))
    }
  },
  'a time window counts calls before and after a step back, and evicts both': (s) => {
    const options = { window: s.core.timeWindow(60_000), tripper: s.core.failureRate(1) }
    const { time, breaker } = jumping(s, options)
    for (let i = 0; i < 10; i++) breaker.acquire().success()
    time.now -= HOUR_MS
    for (let i = 0; i < 10; i++) breaker.acquire().success()
    assert.strictEqual(breaker.snapshot().metrics.total, 20)
    time.now += HOUR_MS + 60_000
    assert.strictEqual(breaker.snapshot().metrics.total, 0)
  },
  'a step back neither shortens nor extends a lease': (s) => {
    const { time, breaker, due } = jumping(s, { probes: 2, probeLeaseMs: 10_000 })
    due()
    const before = breaker.acquire()
    time.now -= 500
    const after = breaker.acquire()
    assert.isUndefined(breaker.tryAcquire())
    time.now += 9_999
    assert.isUndefined(breaker.tryAcquire())
    time.now += 1
    assert.isDefined(breaker.tryAcquire())
    assert.isDefined(breaker.tryAcquire())
    after.success()
    before.success()
    assert.strictEqual(breaker.state, 'closed')
  },
  'probes close the circuit although the clock stepped back': (s) => {
    const { time, breaker, due } = jumping(s, { probes: 1 })
    due()
    const probe = breaker.acquire()
    time.now -= HOUR_MS
    probe.success()
    assert.strictEqual(breaker.state, 'closed')
  },
  'a ramp whose clock stepped back admits the share of its start': (s) => {
    const permit = s.core.rampUp({ from: 0.5, to: 1, durationMs: 10_000 })
    const { time, breaker, due } = jumping(s, { probes: 1, permit, random: () => 0.4 })
    due()
    breaker.acquire().success()
    time.now -= HOUR_MS
    assert.deepInclude(breaker.snapshot(), { state: 'half_open', permitted: true })
    assert.isDefined(breaker.tryAcquire())
  },
})

export const clockJumpCases: readonly ConformanceCase[] = [...ahead, ...jumps]
