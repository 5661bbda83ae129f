import { Deferred } from '@fluxgate/testkit/deferred'
import { COOLDOWN_MS, Rig } from '@fluxgate/testkit/rig'
import { expect, test } from 'vitest'
import { countWindow, failureStreak, isCallNotPermitted, timeWindow } from '../../src/index.ts'

// A backend hangs while 20,000 calls wait for it; then all of them settle at once.

const CALLS = 20_000

test.each([
  ['countWindow', countWindow(10_000)],
  ['timeWindow', timeWindow(60_000)],
])(
  '%s: 20,000 calls in flight when the circuit opens settle without being recorded',
  async (_, window) => {
    const rig = new Rig({ window, probes: 3 })
    const { breaker } = rig
    const work = new Deferred()
    const down = new Error('down')
    let settled = 0
    const calls = Array.from({ length: CALLS }, (_value, i) =>
      breaker
        .call(async () => {
          await work.promise
          if (i % 2 === 0) throw down
          return i
        })
        .then(
          (value) => value === i && ++settled,
          (error) => error === down && ++settled,
        ),
    )
    expect(breaker.inFlight).toBe(CALLS)
    rig.fail(3)
    expect(breaker.state).toBe('open')
    expect(await breaker.call(() => 1).catch(isCallNotPermitted)).toBe(true)
    rig.clock.advance(COOLDOWN_MS)
    const probe = breaker.acquire()
    expect(breaker.state).toBe('half_open')
    rig.clearRecords()

    work.resolve()
    await Promise.all(calls)
    expect(settled).toBe(CALLS)
    expect(rig.events).toHaveLength(CALLS)
    expect(rig.events.every(({ stale, state }) => stale && state === 'closed')).toBe(true)
    expect(rig.signals).toEqual([])
    expect(breaker.inFlight).toBe(1)
    expect(breaker.snapshot()).toMatchObject({ state: 'half_open', metrics: { total: 0 } })

    probe.success()
    rig.succeed(2)
    expect(breaker.state).toBe('closed')
    expect(breaker.inFlight).toBe(0)
  },
)

test('20,000 calls that time out together open the circuit once', async () => {
  const rig = new Rig({ timeoutMs: 20, tripper: failureStreak(1_000) })
  const hang = () => new Promise(() => {})
  const calls = Array.from({ length: CALLS }, () =>
    rig.breaker.call(hang).catch(({ name }) => name),
  )
  rig.clock.advance(20)
  const names = new Set(await Promise.all(calls))
  expect([...names]).toEqual(['TimeoutError'])
  expect(rig.transitions).toEqual(['closed>open'])
  expect(rig.events.filter(({ stale }) => !stale)).toHaveLength(1_000)
  expect(rig.breaker.inFlight).toBe(0)
})
