import { backoff, CircuitBreaker, cooldown, rampUp, retryNever } from '@fluxgate/core'
import { describe, expect, test } from 'vitest'
import { fail, retryAfterMs, statesOf, succeed, TabsRig } from './tabs-rig.ts'

/** Three tabs whose circuit opened in the first one, and is due in 100 ms. */
async function openTabs(rig = new TabsRig()) {
  const [a, b, c] = [rig.open(), rig.open(), rig.open()]
  await fail(a)
  await rig.advance(9_900)
  return { rig, a, b, c, all: [a, b, c] }
}

describe('opening', () => {
  test('opens the circuit of all tabs when one tab has opened it', async () => {
    const rig = new TabsRig()
    const tabs = rig.openMany(4)
    const [first, second] = tabs
    await fail(tabs[0] ?? rig.open())
    expect(statesOf(tabs)).toEqual(['open', 'open', 'open', 'open'])
    expect(first?.signals).toMatchObject([{ newState: 'open', cause: 'rule' }])
    expect(second?.signals).toMatchObject([
      {
        newState: 'open',
        cause: 'fleet',
        reason: 'another tab: failure streak 3 ≥ 3 over 3 calls',
      },
    ])
  })

  test('draws the delay once for all tabs', async () => {
    const rig = new TabsRig({ retry: cooldown(10_000, { jitter: 0.5 }) })
    const [a, b] = [rig.open(), rig.open()]
    await fail(a)
    expect(retryAfterMs(b)).toBeCloseTo(retryAfterMs(a) ?? Number.NaN, 6)
    expect(retryAfterMs(b)).not.toBe(10_000)
  })

  test('agrees on one delay when two tabs open at the same time', async () => {
    const rig = new TabsRig({ retry: cooldown(10_000, { jitter: 0.5 }) })
    const [a, b, c] = [rig.open(), rig.open(), rig.open()]
    for (const { breaker } of [a, b])
      for (let i = 0; i < 3; i++) breaker.acquire().failure(new Error('503'))
    await rig.settle()
    expect(statesOf([a, b, c])).toEqual(['open', 'open', 'open'])
    expect(new Set([a, b, c].map(retryAfterMs)).size).toBe(1)
  })

  test('shares circuits of the same name only', async () => {
    const rig = new TabsRig()
    const [a, b] = [rig.open(), rig.open({ name: 'search' })]
    await fail(a)
    expect(statesOf([a, b])).toEqual(['open', 'closed'])
  })

  test('shares a circuit that never probes', async () => {
    const rig = new TabsRig({ retry: retryNever() })
    const [a, b] = [rig.open(), rig.open()]
    await fail(a)
    expect(b.breaker.snapshot()).toMatchObject({ state: 'open' })
    expect(retryAfterMs(b)).toBeUndefined()
    expect(retryAfterMs(rig.open())).toBeUndefined()
  })
})

describe('probing', () => {
  test('lets one tab probe, while the others reject calls', async () => {
    const { rig, a, b, c } = await openTabs()
    expect([await succeed(c), await succeed(b), await succeed(a)]).toEqual([0, 0, 0])
    await rig.advance(100)
    expect([await succeed(a), await succeed(b), await succeed(c)]).toEqual([0, 0, 1])
    expect(a.breaker.snapshot()).toMatchObject({ permitted: false, fleet: { prober: 'other' } })
    expect(c.breaker.snapshot().fleet?.prober).toBe('this')
  })

  test('closes all tabs when its probes succeed', async () => {
    const { rig, a, b, c } = await openTabs()
    await succeed(a)
    await rig.advance(100)
    expect(await succeed(a, 3)).toBe(3)
    expect(statesOf([a, b, c])).toEqual(['closed', 'closed', 'closed'])
    expect(b.signals.at(-1)).toMatchObject({
      oldState: 'open',
      newState: 'closed',
      cause: 'fleet',
      reason: 'another tab: 3 of 3 probes succeeded',
    })
    expect(a.scope.holdsLock).toBe(false)
  })

  test('opens all tabs again for one delay when its probes fail', async () => {
    const rig = new TabsRig({ retry: backoff({ initialMs: 10_000, multiplier: 3, jitter: 0.5 }) })
    const [a, b, c] = [rig.open(), rig.open(), rig.open()]
    await fail(a)
    await rig.advance((retryAfterMs(a) ?? Number.NaN) - 100)
    await succeed(a)
    await rig.advance(100)
    expect(await fail(a)).toBe(3)
    for (const tab of [a, b, c])
      expect(tab.breaker.snapshot()).toMatchObject({ state: 'open', reopens: 1 })
    expect(new Set([a, b, c].map(retryAfterMs)).size).toBe(1)
    expect(retryAfterMs(c)).toBeGreaterThan(14_000)
  })

  test('lets another tab probe when the prober has crashed', async () => {
    const { rig, a, b } = await openTabs()
    await succeed(a)
    await succeed(b)
    await rig.advance(100)
    a.scope.crash()
    expect(await succeed(b)).toBe(0)
    await rig.advance(250)
    expect([await succeed(b), await succeed(b)]).toEqual([0, 1])
  })

  test('lets a tab probe that has waited 5 s for the verdict of another one', async () => {
    const { rig, a, b, c } = await openTabs()
    await succeed(a)
    await succeed(b)
    await rig.advance(100)
    const late = a.breaker.acquire()
    for (let ms = 0; ms < 4_900; ms += 100) {
      expect(await succeed(b)).toBe(0)
      await rig.advance(100)
    }
    await rig.advance(100)
    expect(b.breaker.snapshot().permitted).toBe(true)
    expect(await fail(b, 3)).toBe(3)
    // the first verdict counts, and the probe of the other tab is stale
    expect(statesOf([a, b, c])).toEqual(['open', 'open', 'open'])
    expect(c.breaker.snapshot().reopens).toBe(1)
    late.success()
    await rig.settle()
    expect(statesOf([a, b, c])).toEqual(['open', 'open', 'open'])
    expect(a.scope.holdsLock).toBe(false)
  })

  test('lets a tab with few calls probe at once', async () => {
    const { rig, a, b } = await openTabs()
    await rig.advance(20_000)
    expect(b.breaker.snapshot().permitted).toBe(true)
    expect(await succeed(b)).toBe(1)
    expect(b.breaker.snapshot().fleet?.prober).toBe('this')
    // this tab does not know that another one probes, until it requests the lock
    expect([await succeed(a), await succeed(a)]).toEqual([1, 0])
    expect(a.breaker.snapshot()).toMatchObject({ permitted: false, fleet: { prober: 'other' } })
    await rig.advance(20_000)
    expect(a.breaker.snapshot().permitted).toBe(true)
    expect(await succeed(a)).toBe(1)
  })

  test('requests no lock for a snapshot, or long before the circuit is due', async () => {
    const rig = new TabsRig()
    const [a, b] = [rig.open(), rig.open()]
    await fail(a)
    await rig.advance(9_000)
    await succeed(b)
    await rig.advance(2_000)
    b.breaker.snapshot()
    await rig.settle()
    expect([a.scope.lockRequests, b.scope.lockRequests]).toEqual([0, 0])
  })

  test('requests the lock at most four times a second while another tab probes', async () => {
    const { rig, a, b } = await openTabs()
    await succeed(a)
    for (let ms = 0; ms < 2_000; ms += 20) {
      await succeed(b)
      await rig.advance(20)
    }
    expect(b.scope.lockRequests).toBeGreaterThan(5)
    expect(b.scope.lockRequests).toBeLessThanOrEqual(9)
  })

  test('does not share the verdict of a probe without the lock', async () => {
    const { rig, a, b, c } = await openTabs()
    await rig.advance(20_000)
    const first = a.breaker.acquire()
    await rig.settle()
    const probes = [first, a.breaker.acquire(), a.breaker.acquire()]
    a.scope.hide() // gives the lock back
    a.scope.show()
    for (const probe of probes) probe.success()
    await rig.settle()
    expect(statesOf([a, b, c])).toEqual(['closed', 'open', 'open'])
  })
})

describe('a ramp', () => {
  const permit = rampUp({ from: 0.5, to: 1, durationMs: 4_000 })

  test('begins in all tabs when the probes succeed, and ends in all', async () => {
    const { rig, a, b, c } = await openTabs(new TabsRig({ permit, random: () => 0 }))
    await succeed(a)
    await rig.advance(100)
    await succeed(a, 3)
    expect(statesOf([a, b, c])).toEqual(['half_open', 'half_open', 'half_open'])
    expect(b.breaker.snapshot()).toMatchObject({ healthy: true, fleet: { state: 'recovering' } })
    expect([await succeed(b), await succeed(c)]).toEqual([1, 1])
    await rig.advance(4_000)
    for (const tab of [a, b, c]) await succeed(tab)
    expect(statesOf([a, b, c])).toEqual(['closed', 'closed', 'closed'])
    expect(b.signals.at(-1)?.reason).toBe('4 of 4 probes succeeded')
  })

  test('ends in all tabs when one tab fails again', async () => {
    const { rig, a, b, c } = await openTabs(new TabsRig({ permit, random: () => 0 }))
    await succeed(a)
    await rig.advance(100)
    await succeed(a, 3)
    await fail(c)
    expect(statesOf([a, b, c])).toEqual(['open', 'open', 'open'])
    expect(a.breaker.snapshot().reopens).toBe(1)
  })

  test('is skipped by a tab whose permit has none', async () => {
    const rig = new TabsRig()
    const a = rig.open({ permit, random: () => 0 })
    const b = rig.open()
    await fail(a)
    await rig.advance(9_900)
    await succeed(a)
    await rig.advance(100)
    await succeed(a, 3)
    expect(statesOf([a, b])).toEqual(['half_open', 'closed'])
  })
})

describe('manual transitions', () => {
  test.for(['forceOpen', 'disable', 'metricsOnly'] as const)(
    '%s() in one tab is not overridden by other tabs',
    async (method) => {
      const rig = new TabsRig()
      const [a, b] = [rig.open(), rig.open()]
      b.breaker[method]()
      const manualState = b.breaker.state
      await fail(a)
      expect(statesOf([a, b])).toEqual(['open', manualState])
      a.fleet.move('payments', 'closed')
      await rig.settle()
      expect(statesOf([a, b])).toEqual(['closed', manualState])
    },
  )

  test('an initial state is not overridden by other tabs', async () => {
    const rig = new TabsRig()
    const [a, b] = [rig.open(), rig.open({ initial: 'metrics_only' })]
    await fail(a)
    expect(b.breaker.state).toBe('metrics_only')
  })

  test('trip() in one tab keeps its time, and changes no other tab', async () => {
    const rig = new TabsRig()
    const [a, b] = [rig.open(), rig.open()]
    b.breaker.trip({ forMs: 60_000 })
    await rig.settle()
    expect(a.breaker.state).toBe('closed')
    await fail(a)
    expect(retryAfterMs(b)).toBe(60_000)
    await rig.advance(60_000)
    expect(await succeed(b)).toBe(1)
  })

  test('reset() in one tab closes this tab until the next change', async () => {
    const { rig, a, b, c } = await openTabs()
    b.breaker.reset()
    await rig.settle()
    expect(statesOf([a, b, c])).toEqual(['open', 'closed', 'open'])
    expect(await succeed(b)).toBe(1)
    await fail(b)
    expect(statesOf([a, b, c])).toEqual(['open', 'open', 'open'])
  })

  test('halfOpen() in one tab probes at once', async () => {
    const rig = new TabsRig()
    const [a, b] = [rig.open(), rig.open()]
    await fail(a)
    b.breaker.halfOpen()
    expect(await succeed(b, 3)).toBe(3)
    expect(b.breaker.state).toBe('closed')
  })

  test.for(['forced_open', 'disabled', 'metrics_only'] as const)(
    'fleet.move() moves all tabs to %s, and later ones, and closes them',
    async (state) => {
      const rig = new TabsRig()
      const [a, b] = [rig.open(), rig.open()]
      a.fleet.move('payments', state)
      await rig.settle()
      const later = rig.open()
      expect(statesOf([a, b, later])).toEqual([state, state, state])
      expect(b.signals).toMatchObject([{ newState: state, cause: 'fleet' }])
      b.fleet.move('payments', 'closed')
      await rig.settle()
      expect(statesOf([a, b, later])).toEqual(['closed', 'closed', 'closed'])
    },
  )
})

describe('a listener', () => {
  test('can move the circuit when another tab has opened it', async () => {
    const rig = new TabsRig()
    const [a, b] = [rig.open(), rig.open()]
    b.breaker.subscribe(({ newState }) => newState === 'open' && b.breaker.disable())
    await fail(a)
    expect(statesOf([a, b])).toEqual(['open', 'disabled'])
  })
})

describe('two breakers of one name in a tab', () => {
  test('share their circuit as well', async () => {
    const rig = new TabsRig()
    const a = rig.open()
    const second = new CircuitBreaker({ name: 'payments', clock: a.breaker.clock, shared: a.fleet })
    await fail(a)
    expect(second.state).toBe('open')
  })
})
