import { describe, expect, test } from 'vitest'
import { tabFleet } from '../../src/tabs/index.ts'
import { fail, retryAfterMs, statesOf, succeed, TabsRig } from './tabs-rig.ts'

const KEY = 'fluxgate:1:payments'

/** The record of a tab that opened the circuit. */
const record = {
  name: 'payments',
  at: Date.UTC(2026, 0, 1),
  state: 'open',
  delayMs: 10_000,
  reopens: 2,
  reason: 'down',
}

describe('storage', () => {
  test('lets a new tab start in the shared state, without a signal', async () => {
    const rig = new TabsRig()
    await fail(rig.open())
    await rig.advance(4_000)
    const later = rig.open()
    expect(await succeed(later)).toBe(0)
    expect(retryAfterMs(later)).toBe(6_000)
    expect(later.signals).toEqual([])
    expect(later.breaker.snapshot()).toMatchObject({
      cause: 'fleet',
      reason: expect.stringContaining('failure streak 3'),
      fleet: { reachable: true, state: 'open' },
    })
  })

  test('lets a new tab start closed when the outage has ended, or is long past', async () => {
    const rig = new TabsRig()
    await fail(rig.open())
    await rig.advance(20_001)
    expect(rig.open().breaker.state).toBe('closed')
    rig.browser.stored.clear()
    const a = rig.open()
    await fail(a)
    a.fleet.move('payments', 'closed')
    expect(rig.open().breaker.state).toBe('closed')
  })

  test('lets a new tab probe when the circuit is due', async () => {
    const rig = new TabsRig()
    await fail(rig.open())
    await rig.advance(15_000)
    const later = rig.open()
    expect(later.breaker.state).toBe('open')
    expect(await succeed(later, 3)).toBe(3)
    expect(later.breaker.state).toBe('closed')
  })

  test('is not needed by open tabs when it is denied', async () => {
    const rig = new TabsRig()
    const tabs = rig.openMany(3)
    for (const { scope } of tabs) scope.storageIsDenied = true
    await fail(tabs[0] ?? rig.open())
    expect(statesOf(tabs)).toEqual(['open', 'open', 'open'])
    expect(tabs.flatMap(({ errors }) => errors)).toEqual([])
    expect(rig.browser.stored.size).toBe(0)
  })

  test('is not needed by open tabs when it is full', async () => {
    const rig = new TabsRig()
    const [a, b] = [rig.open(), rig.open()]
    rig.browser.stored.set = () => {
      throw new DOMException('full', 'QuotaExceededError')
    }
    await fail(a)
    expect(statesOf([a, b])).toEqual(['open', 'open'])
  })

  test('does not close the tabs when it is cleared', async () => {
    const rig = new TabsRig()
    const a = rig.open()
    await fail(a)
    rig.browser.stored.clear()
    a.scope.hide()
    a.scope.show()
    expect(a.breaker.state).toBe('open')
  })

  test('does not delay the changes of a tab without storage', async () => {
    const rig = new TabsRig()
    const a = rig.open()
    await fail(a)
    await rig.advance(5_000)
    const scope = rig.browser.openTab()
    scope.storageIsDenied = true
    const b = rig.openIn(scope)
    expect(b.breaker.state).toBe('closed')
    b.fleet.move('payments', 'closed')
    await rig.settle()
    expect(a.breaker.state).toBe('closed')
  })
})

describe('values from storage and channel', () => {
  const invalid: readonly [string, unknown][] = [
    ['text', 'nonsense'],
    ['null', null],
    ['a number', 7],
    ['an array', []],
    ['no state', { ...record, state: undefined }],
    ['an unknown state', { ...record, state: 'half_open' }],
    ['a state of the prototype', { ...record, state: 'constructor' }],
    ['a negative time', { ...record, at: -1 }],
    ['a time after any real time', { ...record, at: 1e300 }],
    ['a time as text', { ...record, at: '5' }],
    ['a negative delay', { ...record, delayMs: -1 }],
    ['a delay as text', { ...record, delayMs: '5' }],
    ['reopens as text', { ...record, reopens: '5' }],
    ['endless reopens', { ...record, reopens: Number.MAX_VALUE }],
    ['a reason that cannot be text', { ...record, reason: { toString: 1, valueOf: 1 } }],
  ]
  for (const [what, value] of invalid) {
    test(`are ignored when they are ${what}`, async () => {
      const rig = new TabsRig()
      const text = what === 'text' ? 'nonsense' : JSON.stringify(value)
      rig.browser.stored.set(KEY, text)
      const tab = rig.open()
      const channel = new (rig.browser.openTab().BroadcastChannel)('fluxgate:1:')
      channel.postMessage(text)
      await rig.settle()
      expect(tab.breaker.state).toBe('closed')
      expect(tab.errors).toEqual([])
    })
  }

  test('are applied when they are valid', () => {
    const rig = new TabsRig()
    rig.browser.stored.set(KEY, JSON.stringify(record))
    const tab = rig.open()
    expect(tab.breaker.snapshot()).toMatchObject({ state: 'open', reopens: 2, reason: 'down' })
    expect(retryAfterMs(tab)).toBe(10_000)
  })

  test('have a reason of at most 200 characters', () => {
    const rig = new TabsRig()
    rig.browser.stored.set(KEY, JSON.stringify({ ...record, reason: 'x'.repeat(5_000) }))
    expect(rig.open().breaker.snapshot().reason).toHaveLength(200)
  })

  test('of another name do not move the circuit', async () => {
    const rig = new TabsRig()
    rig.browser.stored.set(KEY, JSON.stringify({ ...record, name: 'search' }))
    expect(rig.open().breaker.state).toBe('closed')
  })
})

describe('the wall clock', () => {
  test.for([-3_600_000, 3_600_000])(
    'keeps the retry time of open circuits when it jumps by %d ms',
    async (jumpMs) => {
      const rig = new TabsRig()
      const [a, b] = [rig.open(), rig.open()]
      await fail(a)
      rig.wallMs = jumpMs
      await rig.advance(9_990)
      expect([await succeed(a), await succeed(b)]).toEqual([0, 0])
      await rig.advance(10)
      expect(await succeed(a, 3)).toBe(3)
      expect(statesOf([a, b])).toEqual(['closed', 'closed'])
    },
  )

  test('does not keep a new tab open for longer than the delay when it was set back', async () => {
    const rig = new TabsRig()
    await fail(rig.open())
    rig.wallMs = -86_400_000 * 400
    const later = rig.open()
    expect(retryAfterMs(later)).toBe(10_000)
  })

  test('does not hide the next changes when it was set back', async () => {
    const rig = new TabsRig()
    const [a, b] = [rig.open(), rig.open()]
    await fail(a)
    rig.wallMs = -86_400_000 * 400
    a.fleet.move('payments', 'closed')
    await rig.settle()
    const c = rig.open()
    await fail(c)
    expect(statesOf([a, b, c])).toEqual(['open', 'open', 'open'])
  })
})

describe('the back-forward cache', () => {
  test('receives a page without a channel and a lock', async () => {
    const rig = new TabsRig()
    const a = rig.open()
    await fail(a)
    await rig.advance(9_900)
    await succeed(a)
    expect([a.scope.openChannels, a.scope.holdsLock]).toEqual([1, true])
    a.scope.hide()
    await rig.settle()
    expect([a.scope.openChannels, a.scope.holdsLock]).toEqual([0, false])
  })

  test('restores a page that applies the changes it missed', async () => {
    const rig = new TabsRig()
    const [a, b] = [rig.open(), rig.open()]
    a.scope.hide()
    await fail(b)
    expect(a.breaker.state).toBe('closed')
    a.scope.show()
    expect(a.breaker.state).toBe('open')
    expect(a.signals).toMatchObject([{ newState: 'open', cause: 'fleet' }])
    a.scope.hide()
    b.fleet.move('payments', 'closed')
    a.scope.show()
    expect(a.breaker.state).toBe('closed')
    await fail(b)
    expect(a.breaker.state).toBe('open')
  })

  test('restores a page that probes again', async () => {
    const rig = new TabsRig()
    const a = rig.open()
    await fail(a)
    await rig.advance(9_900)
    await succeed(a)
    await rig.advance(100)
    expect(await succeed(a, 1)).toBe(1)
    a.scope.hide()
    await rig.advance(60_000)
    a.scope.show()
    expect(await succeed(a, 2)).toBe(2)
    expect(a.breaker.state).toBe('closed')
  })

  test('is not needed for the first pageshow, which opens no second channel', () => {
    const rig = new TabsRig()
    const a = rig.open()
    a.scope.show()
    expect(a.scope.openChannels).toBe(1)
  })
})

describe('a tab that cannot share', () => {
  const missing = { BroadcastChannel: undefined, navigator: {} }
  for (const what of ['BroadcastChannel', 'navigator'] as const) {
    test(`keeps its circuits to itself without ${what}, and reports it once`, async () => {
      const rig = new TabsRig()
      const a = rig.openIn(Object.assign(rig.browser.openTab(), { [what]: missing[what] }))
      expect(a.errors).toHaveLength(1)
      expect(String(a.errors[0])).toContain('BroadcastChannel')
      await fail(a)
      expect(a.breaker.state).toBe('open')
      await rig.advance(10_000)
      expect(await succeed(a, 3)).toBe(3)
      expect(a.breaker.snapshot()).toMatchObject({ state: 'closed', fleet: { reachable: false } })
      expect(a.errors).toHaveLength(1)
      expect(rig.browser.channels.size).toBe(0)
    })
  }

  test('keeps its circuits to itself from the first probe on when locks are denied', async () => {
    const rig = new TabsRig()
    const scope = rig.browser.openTab()
    scope.navigator.locks.request = () =>
      Promise.reject(new DOMException('opaque', 'SecurityError'))
    const a = rig.openIn(scope)
    await fail(a)
    await rig.advance(10_000)
    expect(await succeed(a, 3)).toBe(3)
    expect(a.breaker.state).toBe('closed')
    expect(a.errors).toMatchObject([{ name: 'SecurityError' }])
    expect(a.scope.openChannels).toBe(0)
  })

  test('reports no error outside of a page', async () => {
    const rig = new TabsRig()
    const listened: string[] = []
    const a = rig.openIn({ addEventListener: (type) => void listened.push(type) })
    expect(listened).toEqual([])
    await fail(a)
    expect(a.breaker.snapshot()).toMatchObject({ state: 'open', fleet: { reachable: false } })
    await rig.advance(10_000)
    expect(await succeed(a, 3)).toBe(3)
    expect(a.errors).toEqual([])
  })
})

describe('a breaker that is disposed', () => {
  test('is no longer shared, and the last one closes the channel', async () => {
    const rig = new TabsRig()
    const [a, b] = [rig.open(), rig.open()]
    a.breaker.dispose()
    expect([a.scope.openChannels, b.scope.openChannels]).toEqual([0, 1])
    await fail(a)
    expect(statesOf([a, b])).toEqual(['open', 'closed'])
    await rig.advance(10_000)
    expect(await succeed(a, 3)).toBe(3)
    await fail(b)
    expect(statesOf([a, b])).toEqual(['closed', 'open'])
  })

  test('releases the lock', async () => {
    const rig = new TabsRig()
    const [a, b] = [rig.open(), rig.open()]
    await fail(a)
    await rig.advance(9_900)
    await succeed(a)
    a.breaker.dispose()
    await rig.settle()
    expect([await succeed(b), b.breaker.snapshot().fleet?.prober]).toEqual([0, 'this'])
  })

  test('can be replaced by a new one', async () => {
    const rig = new TabsRig()
    const a = rig.open()
    a.breaker.dispose()
    const again = rig.openIn(a.scope)
    const b = rig.open()
    await fail(b)
    expect(again.breaker.state).toBe('open')
  })
})

describe('a prefix', () => {
  test('keeps applications of one origin apart', async () => {
    const rig = new TabsRig()
    const a = rig.open()
    const { clock } = a.breaker
    const other = rig.open({
      shared: tabFleet({ scope: rig.browser.openTab(), clock, prefix: 'other' }),
    })
    await fail(a)
    expect(statesOf([a, other])).toEqual(['open', 'closed'])
    await fail(other)
    expect([...rig.browser.stored.keys()]).toEqual([KEY, 'other:1:payments'])
  })
})
