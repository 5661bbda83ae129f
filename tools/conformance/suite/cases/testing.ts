import { sleep } from '@fluxgate/testkit/sleep'
import { assert } from 'chai'
import { cases } from '../conformance-case.ts'
import type { Subject } from '../subject.ts'

/** The signals and events of a circuit with jitter and a ramp under random failures, as JSON. */
function reportsOf({ core, testing }: Subject, seed: number): string {
  const clock = new testing.ManualClock()
  const reports: unknown[] = []
  const breaker = new core.CircuitBreaker({
    name: 'x',
    clock,
    random: testing.seededRandom(seed),
    tripper: core.failureStreak(2),
    retry: core.backoff({ initialMs: 50, jitter: 0.5 }),
    permit: core.rampUp({ from: 0.3, to: 1, durationMs: 200 }),
    listeners: [
      {
        onSignal: (signal) => void reports.push(signal),
        onCall: (event) => void reports.push(event),
      },
    ],
  })
  const outcomes = testing.seededRandom(99)
  for (let i = 0; i < 500; i++) {
    const ticket = breaker.tryAcquire()
    clock.advance(Math.floor(outcomes() * 20))
    if (outcomes() < 0.4) ticket?.failure('down')
    else ticket?.success()
  }
  return JSON.stringify(reports)
}

export const testingCases = cases('9. Testing', {
  'advance() moves both times of a ManualClock': async ({ testing }) => {
    const clock = new testing.ManualClock()
    const times = () => [clock.now(), clock.timestamp()]
    const start = Date.UTC(2026, 0, 1)
    assert.deepEqual(times(), [0, start])
    await sleep(3)
    assert.deepEqual(times(), [0, start])
    clock.advance(1_500)
    assert.deepEqual(times(), [1_500, start + 1_500])
    clock.advance(0)
    clock.advance(0.5)
    assert.deepEqual(times(), [1_500.5, start + 1_500.5])
  },
  'advance() calls the timers of a ManualClock in the order of their times': ({ testing }) => {
    const clock = new testing.ManualClock()
    const calls: unknown[] = []
    const note = (name: string) => () => void calls.push([name, clock.now()])
    clock.setTimeout(note('third'), 30)
    clock.setTimeout(note('first'), 10)
    clock.setTimeout(note('second'), 10)
    clock.setTimeout(note('cancelled'), 20)()
    clock.setTimeout(() => clock.setTimeout(note('nested'), 5), 12)
    clock.setTimeout(note('late'), 100.5)
    clock.advance(9)
    assert.deepEqual(calls, [])
    clock.advance(91)
    assert.deepEqual(calls, [
      ['first', 10],
      ['second', 10],
      ['nested', 17],
      ['third', 30],
    ])
    assert.strictEqual(clock.now(), 100)
    clock.advance(0.5)
    assert.deepEqual(calls.at(-1), ['late', 100.5])
    clock.setTimeout(note('at once'), 0)
    assert.strictEqual(calls.length, 5)
    clock.advance(0)
    assert.strictEqual(calls.length, 6)
  },
  'a timer of a ManualClock may advance the clock, and may throw': ({ testing }) => {
    const clock = new testing.ManualClock(1_000)
    clock.setTimeout(() => clock.advance(50), 10)
    clock.advance(20)
    assert.deepEqual([clock.now(), clock.timestamp()], [60, 1_060])
    clock.setTimeout(() => {
      throw new Error('down')
    }, 5)
    assert.throws(() => clock.advance(10), 'down')
    assert.strictEqual(clock.now(), 65)
    assert.throws(() => clock.setTimeout(() => {}, Number.NaN), RangeError)
    assert.throws(() => clock.setTimeout(5 as never, 5), TypeError)
  },
  'a ManualClock can start at any time': ({ testing }) => {
    assert.strictEqual(new testing.ManualClock(1_000_000).timestamp(), 1_000_000)
    assert.strictEqual(new testing.ManualClock(0).timestamp(), 0)
  },
  'seededRandom returns the same sequence on every runtime': ({ testing }) => {
    const [one, two, other] = [
      testing.seededRandom(42),
      testing.seededRandom(42),
      testing.seededRandom(43),
    ]
    const draws = Array.from({ length: 5 }, one)
    assert.deepEqual(draws, Array.from({ length: 5 }, two))
    assert.notDeepEqual(draws, Array.from({ length: 5 }, other))
    assert.deepEqual(
      draws.map((draw) => draw * 2 ** 32),
      [2581720956, 1925393290, 3661312704, 2876485805, 750819978],
    )
  },
  'seededRandom is uniform from 0 to below 1': ({ testing }) => {
    const random = testing.seededRandom(7)
    const tenths = Array<number>(10).fill(0)
    for (let i = 0; i < 10_000; i++) {
      const draw = random()
      if (draw < 0 || draw >= 1) assert.fail(`drew ${draw}`)
      tenths[Math.floor(draw * 10)] = (tenths[Math.floor(draw * 10)] ?? 0) + 1
    }
    for (const count of tenths) assert.closeTo(count, 1_000, 150)
  },
  'a breaker with a ManualClock and seededRandom is deterministic': (s) => {
    const reports = reportsOf(s, 5)
    assert.isAbove(reports.length, 10_000)
    assert.strictEqual(reportsOf(s, 5), reports)
    assert.notStrictEqual(reportsOf(s, 6), reports)
  },
})
