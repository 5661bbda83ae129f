import type { Signal } from '@fluxgate/core'
import { describe, expect, test } from 'vitest'
import { type Severity, severities } from '../src/outage/fault-schedule.ts'
import { Outage } from '../src/outage/outage.ts'

const NOON = Date.UTC(2026, 0, 1, 12)

/** The signals of five simulated minutes. */
function fiveMinutes(seed: number, severity: Severity): Signal[] {
  const signals: Signal[] = []
  const outage = new Outage({
    seed,
    severity,
    start: NOON,
    listeners: [(signal) => void signals.push(signal)],
  })
  outage.advanceTo(NOON + 300_000)
  return signals
}

const trips = (signals: readonly Signal[]) =>
  signals.filter(({ newState, cause }) => newState === 'open' && cause !== 'manual').length

describe('the simulated outage', () => {
  test('emits equal signals for equal seeds and others for another seed', () => {
    expect(fiveMinutes(7, 'high')).toEqual(fiveMinutes(7, 'high'))
    expect(fiveMinutes(8, 'high')).not.toEqual(fiveMinutes(7, 'high'))
  })

  test('does not depend on the size of the steps', () => {
    const atOnce = new Outage({ seed: 7, severity: 'high', start: NOON })
    atOnce.advanceTo(NOON + 60_000)
    const inSteps = new Outage({ seed: 7, severity: 'high', start: NOON })
    for (let at = NOON; at <= NOON + 60_000; at += 73) inSteps.advanceTo(at)
    inSteps.advanceTo(NOON + 60_000)
    const snapshotsOf = ({ circuits }: Outage) => circuits.map((circuit) => circuit.snapshot())
    expect(snapshotsOf(inSteps)).toEqual(snapshotsOf(atOnce))
  })

  test('trips more circuits at a higher severity', () => {
    const all = Object.keys(severities) as Severity[]
    const counts = all.map((severity) =>
      [1, 2, 3].reduce((sum, seed) => sum + trips(fiveMinutes(seed, severity)), 0),
    )
    expect(counts).toEqual([...counts].sort((a, b) => a - b))
    expect(new Set(counts).size).toBe(all.length)
  })

  test('covers every cause, state and kind of rule at severity high', () => {
    const signals = fiveMinutes(7, 'high')
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
