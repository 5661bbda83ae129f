import { Rig } from '@fluxgate/testkit/rig'
import { describe, expect, test } from 'vitest'
import { failureRate, failureStreak, minRequests, tripWhen, whileClosed } from '../../src/index.ts'

const watched = (options: ConstructorParameters<typeof Rig>[0] = {}) =>
  new Rig({ tripper: failureStreak(3), ...options }).enter('metrics_only')

describe('metrics_only', () => {
  test('a rule that becomes true is told once, and never opens', () => {
    const rig = watched({ tripper: minRequests(2).and(failureRate(0.5)) })
    rig.succeed(1, 10)
    rig.fail(1, new Error('down'), 30)
    expect(rig.signals).toEqual([
      {
        circuitName: 'payments',
        oldState: 'metrics_only',
        newState: 'metrics_only',
        timestamp: rig.clock.timestamp(),
        cause: 'shadow',
        reason: 'failure rate 50 % ≥ 50 % over 2 calls',
        report: expect.objectContaining({ op: 'and', met: true }),
        metrics: expect.objectContaining({ total: 2, failures: 1, totalDurationMs: 40 }),
      },
    ])
    expect(rig.breaker.state).toBe('metrics_only')
  })

  test('and not again until it has been false', () => {
    const rig = watched()
    rig.fail(3)
    expect(rig.signals).toHaveLength(1)
    rig.fail(20)
    expect(rig.signals).toHaveLength(1)
    rig.succeed()
    expect(rig.signals).toHaveLength(1)
    rig.fail(2)
    expect(rig.signals).toHaveLength(1)
    rig.fail()
    expect(rig.signals).toHaveLength(2)
  })

  test('the window goes on: a verdict empties nothing and changes no since', () => {
    const rig = watched()
    const { since } = rig.breaker.snapshot()
    rig.clock.advance(100)
    rig.fail(5)
    expect(rig.breaker.snapshot()).toMatchObject({
      state: 'metrics_only',
      since,
      reopens: 0,
      metrics: { total: 5, failures: 5 },
    })
  })

  test('lets every call through, after the verdict too', async () => {
    const rig = watched()
    rig.fail(50)
    expect(await rig.breaker.call(() => 'value')).toBe('value')
  })

  test('is told anew in a new epoch', () => {
    const rig = watched()
    rig.fail(3)
    rig.breaker.forceOpen()
    rig.breaker.metricsOnly()
    rig.clearRecords()
    rig.fail(3)
    expect(rig.signals.map(({ cause }) => cause)).toEqual(['shadow'])
  })

  test('stands in for closed: rules for closed judge it, with uncapped counts', () => {
    const rig = watched({ probes: 1, tripper: whileClosed().and(minRequests(4)) })
    rig.succeed(3)
    expect(rig.signals).toEqual([])
    rig.succeed()
    expect(rig.signals).toHaveLength(1)
  })

  test('a verdict may fall on a success', () => {
    const rig = watched({ tripper: tripWhen('busy', ({ total }) => total >= 2) })
    rig.succeed(2)
    expect(rig.signals).toEqual([
      expect.objectContaining({ cause: 'shadow', reason: 'busy over 2 calls' }),
    ])
  })

  test('is told as well when a listener joins only then', () => {
    const rig = watched()
    rig.fail(3)
    const seen: string[] = []
    rig.breaker.subscribe(({ cause }) => void seen.push(cause))
    rig.fail(3)
    expect(seen).toEqual([])
    rig.succeed()
    rig.fail(3)
    expect(seen).toEqual(['shadow'])
  })

  test('from there to open there is only the way by hand', () => {
    const rig = watched()
    rig.fail(3)
    rig.breaker.trip({ reason: 'for real now' })
    expect(rig.transitions.at(-1)).toBe('metrics_only>open')
  })
})
