import { COOLDOWN_MS, Rig } from '@fluxgate/testkit/rig'
import { describe, expect, test } from 'vitest'
import { admitRandom, admitWhen, type Permit } from '../../src/index.ts'

describe('permitted: would a call be let through now', () => {
  const expectHonest = (rig: Rig, permitted: boolean) => {
    expect(rig.breaker.snapshot().permitted).toBe(permitted)
    expect(rig.breaker.tryAcquire() !== undefined).toBe(permitted)
  }

  test.each(['closed', 'metrics_only', 'disabled'] as const)('%s: always', (state) => {
    expectHonest(new Rig().enter(state), true)
  })

  test('forced_open: never', () => {
    const rig = new Rig().enter('forced_open')
    rig.clock.advance(1e12)
    expectHonest(rig, false)
  })

  test('open: from retryAt on', () => {
    const rig = new Rig().enter('open')
    rig.clock.advance(COOLDOWN_MS - 1)
    expectHonest(rig, false)
    rig.clock.advance(1)
    expectHonest(rig, true)
  })

  test('open: not when the permit says no', () => {
    const rig = new Rig({ permit: admitWhen('nobody', () => false) }).enter('open')
    rig.clock.advance(COOLDOWN_MS)
    expectHonest(rig, false)
  })

  test('half_open: while a probe has a place', () => {
    const rig = new Rig({ probes: 2, probeLeaseMs: 500 }).enter('half_open')
    expectHonest(rig, true)
    expectHonest(rig, true)
    expectHonest(rig, false)
    rig.clock.advance(500)
    expectHonest(rig, true)
  })

  test('half_open when the permit is finished: yes, whatever it says of probes', () => {
    const permit: Permit = {
      test: ({ recorded }) => recorded === 0,
      finished: (elapsedMs) => elapsedMs >= 100,
      toJSON: () => ({ type: 'one, then a pause', args: [] }),
    }
    const rig = new Rig({ probes: 1, permit }).enter('half_open')
    rig.succeed()
    rig.clock.advance(99)
    expectHonest(rig, false)
    rig.clock.advance(1)
    expect(rig.breaker.snapshot()).toMatchObject({ state: 'half_open', permitted: true })
    expectHonest(rig, true)
    expect(rig.breaker.state).toBe('closed')
  })

  test('where chance decides: could it', () => {
    const rig = new Rig({ permit: admitRandom(0.01), random: () => 0.99 }).enter('open')
    rig.clock.advance(COOLDOWN_MS)
    expect(rig.breaker.snapshot().permitted).toBe(true)
  })
})
