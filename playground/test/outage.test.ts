import type { Signal } from '@fluxgate/core'
import { describe, expect, test } from 'vitest'
import { type Strength, strengths } from '../src/outage/fault-schedule.ts'
import { Storm } from '../src/outage/outage.ts'

const NOON = Date.UTC(2026, 0, 1, 12)

/** Five minutes of a storm, lived through at once. */
function fiveMinutes(seed: number, strength: Strength): Signal[] {
  const signals: Signal[] = []
  const storm = new Storm({
    seed,
    strength,
    start: NOON,
    listeners: [(signal) => void signals.push(signal)],
  })
  storm.goOn(NOON + 300_000)
  return signals
}

const trips = (signals: readonly Signal[]) =>
  signals.filter(({ newState, cause }) => newState === 'open' && cause !== 'manual').length

describe('the storm of the playground', () => {
  test('is the same for the same seed, and another for another', () => {
    expect(fiveMinutes(7, 'gale')).toEqual(fiveMinutes(7, 'gale'))
    expect(fiveMinutes(8, 'gale')).not.toEqual(fiveMinutes(7, 'gale'))
  })

  test('is the same in whatever portions it goes on', () => {
    const whole = new Storm({ seed: 7, strength: 'gale', start: NOON })
    whole.goOn(NOON + 60_000)
    const inPortions = new Storm({ seed: 7, strength: 'gale', start: NOON })
    for (let at = NOON; at <= NOON + 60_000; at += 73) inPortions.goOn(at)
    inPortions.goOn(NOON + 60_000)
    const pictureOf = ({ circuits }: Storm) => circuits.map((circuit) => circuit.snapshot())
    expect(pictureOf(inPortions)).toEqual(pictureOf(whole))
  })

  test('trips more circuits the harder it blows', () => {
    const all = Object.keys(strengths) as Strength[]
    const counts = all.map((strength) =>
      [1, 2, 3].reduce((sum, seed) => sum + trips(fiveMinutes(seed, strength)), 0),
    )
    expect(counts).toEqual([...counts].sort((a, b) => a - b))
    expect(new Set(counts).size).toBe(all.length)
  })

  test('has something of everything in a gale', () => {
    const signals = fiveMinutes(7, 'gale')
    expect(new Set(signals.map(({ cause }) => cause))).toEqual(
      new Set(['rule', 'retry', 'probes', 'manual', 'shadow']),
    )
    const states = new Set(signals.map(({ newState }) => newState))
    expect(states).toEqual(
      new Set(['closed', 'open', 'half_open', 'metrics_only', 'disabled', 'forced_open']),
    )
    const reasons = signals.filter(({ cause }) => cause === 'rule').map(({ reason }) => reason)
    for (const rule of ['failure rate', 'failure streak', 'slow rate', 'average duration']) {
      expect(reasons.filter((reason) => reason.startsWith(rule)).length).toBeGreaterThan(0)
    }
  })
})
