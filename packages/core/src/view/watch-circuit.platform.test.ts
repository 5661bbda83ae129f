import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { CircuitBreaker } from '../circuit-breaker.ts'
import type { BreakerOptions } from '../engine/breaker-options.ts'
import type { Clock } from '../model/clock.ts'
import { admitWhen } from '../policies/permits.ts'
import { cooldown, retryNever } from '../policies/retries.ts'
import { failureStreak } from '../policies/trippers.ts'
import { CircuitRegistry } from '../registry.ts'
import { timeWindow } from '../windows/time-window.ts'
import { type WatchOptions, watchCircuit } from './watch-circuit.ts'

/** Ends the watches of a test. Watches share one timer, so a later test would wait for a fake one. */
const unsubscribes: (() => void)[] = []

beforeEach(() => void vi.useFakeTimers())
afterEach(() => {
  for (const unsubscribe of unsubscribes.splice(0)) unsubscribe()
  vi.useRealTimers()
})

/** A circuit that opens at the first failure, for 10 s, and then needs one probe. */
function createCircuit(options: Partial<BreakerOptions> = {}): CircuitBreaker {
  return new CircuitBreaker({
    name: 'payments',
    tripper: failureStreak(1),
    retry: cooldown(10_000),
    probes: 1,
    ...options,
  })
}

/** A circuit that is watched, and the snapshots of which its watcher was notified. */
function watched(circuit: CircuitBreaker, options?: WatchOptions) {
  const watch = watchCircuit(circuit, options)
  const seen: ReturnType<typeof watch.getSnapshot>[] = []
  const unsubscribe = watch.subscribe(() => seen.push(watch.getSnapshot()))
  unsubscribes.push(unsubscribe)
  const shown = () => seen.map(({ state, permitted }) => `${state} ${permitted}`)
  return { ...watch, seen, shown, unsubscribe }
}

const fail = (circuit: CircuitBreaker) => circuit.acquire().failure(new Error('down'))

describe('getSnapshot', () => {
  test('returns the same frozen object until something changes, with and without subscribers', () => {
    const circuit = createCircuit()
    const { getSnapshot, subscribe } = watchCircuit(circuit)
    const first = getSnapshot()
    expect(first).toEqual(circuit.snapshot())
    expect(Object.isFrozen(first)).toBe(true)
    circuit.acquire().success()
    expect(getSnapshot()).toBe(first)
    const unsubscribe = subscribe(() => {})
    circuit.acquire().success()
    expect(getSnapshot()).toBe(first)
    circuit.trip()
    const opened = getSnapshot()
    expect(opened).toEqual(circuit.snapshot())
    unsubscribe()
    expect(getSnapshot()).toBe(opened)
    circuit.reset()
    expect(getSnapshot()).toEqual(circuit.snapshot())
  })

  test('is current before the watcher is notified', () => {
    const circuit = createCircuit()
    const states: string[] = []
    circuit.subscribe(() => states.push(watchCircuit(circuit).getSnapshot().state))
    const { shown } = watched(circuit)
    circuit.trip()
    expect(states).toEqual(['open'])
    expect(shown()).toEqual(['open false'])
  })
})

describe('a watcher is notified', () => {
  test('of each transition, and of nothing when calls change only the metrics', () => {
    const circuit = createCircuit()
    const { seen, shown } = watched(circuit)
    for (let i = 0; i < 100; i++) circuit.acquire().success()
    fail(circuit)
    circuit.reset()
    circuit.metricsOnly()
    expect(shown()).toEqual(['open false', 'closed true', 'metrics_only true'])
    expect(seen[0]).toMatchObject({ reason: 'failure streak 1 ≥ 1 over 100 calls', reopens: 0 })
  })

  test('when the retry time passes', () => {
    const circuit = createCircuit()
    const { shown } = watched(circuit)
    circuit.trip()
    vi.advanceTimersByTime(9_999)
    expect(shown()).toEqual(['open false'])
    vi.advanceTimersByTime(1)
    expect(shown()).toEqual(['open false', 'open true'])
    expect(vi.getTimerCount()).toBe(0)
  })

  test('when a retry time passes that trip() moved without a signal', () => {
    const circuit = createCircuit()
    const { shown } = watched(circuit)
    circuit.trip()
    circuit.trip({ forMs: 1_500 })
    vi.advanceTimersByTime(1_000)
    vi.advanceTimersByTime(500)
    expect(shown().at(-1)).toBe('open true')
  })

  test('at once when trip() moves the retry time of an open circuit', () => {
    const circuit = createCircuit()
    circuit.trip()
    const { seen } = watched(circuit)
    circuit.trip({ forMs: 500 })
    expect(seen.map(({ retryAt }) => retryAt)).toEqual([Date.now() + 500])
  })

  test('when a probe takes its slot, releases it, or loses it with its lease', () => {
    const circuit = createCircuit({ probeLeaseMs: 4_700 })
    const { shown } = watched(circuit)
    circuit.trip({ forMs: 1_000 })
    vi.advanceTimersByTime(1_000)
    const ticket = circuit.acquire()
    ticket.release()
    circuit.acquire()
    vi.advanceTimersByTime(100)
    vi.advanceTimersByTime(4_500)
    expect(shown()).toEqual([
      'open false',
      'open true',
      'half_open false',
      'half_open true',
      'half_open false',
    ])
    vi.advanceTimersByTime(100)
    expect(shown().at(-1)).toBe('half_open true')
  })

  test('when a permit changes its mind in half-open', () => {
    let permitted = true
    const circuit = createCircuit({ permit: admitWhen('flag', () => permitted) })
    const { shown } = watched(circuit)
    circuit.halfOpen()
    permitted = false
    vi.advanceTimersByTime(100)
    permitted = true
    vi.advanceTimersByTime(100)
    expect(shown()).toEqual(['half_open true', 'half_open false', 'half_open true'])
  })

  test('when a registry restores its circuit, which emits no signal', () => {
    const registry = new CircuitRegistry({ defaults: { retry: cooldown(10_000) } })
    const { seen, shown, unsubscribe } = watched(registry.get('payments'))
    const restored = createCircuit()
    restored.trip({ reason: 'deployment' })
    registry.restore([restored.snapshot()])
    expect(shown()).toEqual(['open false'])
    expect(seen[0]).toMatchObject({ reason: 'deployment' })
    vi.advanceTimersByTime(10_000)
    expect(shown()).toEqual(['open false', 'open true'])
    unsubscribe()
    restored.forceOpen()
    registry.restore([restored.snapshot()])
    expect(seen).toHaveLength(2)
    expect(vi.getTimerCount()).toBe(0)
  })

  test('at the retry time by the monotonic clock when the wall clock is changed', () => {
    const circuit = createCircuit()
    const { shown } = watched(circuit)
    circuit.trip()
    vi.setSystemTime(Date.now() - 3_600_000)
    vi.advanceTimersByTime(10_000)
    expect(shown()).toEqual(['open false', 'open true'])
  })
})

describe('with metrics', () => {
  test('a watcher is notified at the interval, and only when the window changed', () => {
    const circuit = createCircuit({ window: timeWindow(1_000) })
    const { seen, getSnapshot } = watched(circuit, { metrics: 100 })
    const before = getSnapshot()
    for (let i = 0; i < 50; i++) circuit.acquire().success()
    expect(getSnapshot()).toBe(before)
    vi.advanceTimersByTime(99)
    expect(seen).toEqual([])
    vi.advanceTimersByTime(1)
    expect(seen.map(({ metrics }) => metrics.total)).toEqual([50])
    vi.advanceTimersByTime(60_000)
    expect(seen.map(({ metrics }) => metrics.total)).toEqual([50, 0])
  })

  test('the interval is 250 ms by default, and a transition shows its metrics at once', () => {
    const circuit = createCircuit()
    const { seen } = watched(circuit, { metrics: true })
    circuit.acquire().success()
    vi.advanceTimersByTime(249)
    expect(seen).toEqual([])
    vi.advanceTimersByTime(1)
    circuit.acquire().success()
    circuit.metricsOnly()
    circuit.acquire().success()
    vi.advanceTimersByTime(250)
    expect(seen.map(({ state, metrics }) => [state, metrics.total])).toEqual([
      ['closed', 1],
      ['metrics_only', 0],
      ['metrics_only', 1],
    ])
  })

  test('without subscribers, each call changes the snapshot', () => {
    const circuit = createCircuit()
    const { getSnapshot, unsubscribe } = watched(circuit, { metrics: true })
    unsubscribe()
    circuit.acquire().success()
    expect(getSnapshot().metrics.total).toBe(1)
    circuit.acquire().success()
    expect(getSnapshot().metrics.total).toBe(2)
    expect(getSnapshot()).toBe(getSnapshot())
  })
})

describe('watchers of one circuit', () => {
  test('share one watch, one subscription and one timer, which end with the last of them', () => {
    const circuit = createCircuit()
    const subscribe = vi.spyOn(circuit, 'subscribe')
    expect(watchCircuit(circuit)).toBe(watchCircuit(circuit, { metrics: false }))
    expect(watchCircuit(circuit, { metrics: true })).toBe(watchCircuit(circuit, { metrics: 250 }))
    const watchers = [watched(circuit), watched(circuit), watched(circuit)]
    expect(subscribe).toHaveBeenCalledTimes(1)
    expect(vi.getTimerCount()).toBe(0)
    circuit.trip()
    expect(vi.getTimerCount()).toBe(1)
    expect(watchers.map(({ seen }) => seen.length)).toEqual([1, 1, 1])
    for (const { unsubscribe } of watchers) unsubscribe()
    expect(vi.getTimerCount()).toBe(0)
    circuit.reset()
    expect(watchers.map(({ seen }) => seen.length)).toEqual([1, 1, 1])
  })

  test('with metrics and without share the subscription to the circuit', () => {
    const circuit = createCircuit()
    const subscribe = vi.spyOn(circuit, 'subscribe')
    const watchers = [watched(circuit), watched(circuit, { metrics: true })]
    expect(subscribe).toHaveBeenCalledTimes(1)
    circuit.halfOpen()
    expect(subscribe).toHaveBeenCalledTimes(2)
    for (const { unsubscribe } of watchers) unsubscribe()
    expect(vi.getTimerCount()).toBe(0)
  })

  test('are independent, also when they use the same function', () => {
    const circuit = createCircuit()
    const { subscribe } = watchCircuit(circuit)
    const onChange = vi.fn()
    const unsubscribe = subscribe(onChange)
    subscribe(onChange)
    circuit.trip()
    expect(onChange).toHaveBeenCalledTimes(2)
    unsubscribe()
    unsubscribe()
    circuit.reset()
    expect(onChange).toHaveBeenCalledTimes(3)
  })

  test('are all notified when one of them throws, and onError is called', () => {
    const errors: unknown[] = []
    const circuit = createCircuit({ onError: (error) => errors.push(error) })
    const broken = new Error('broken')
    watchCircuit(circuit).subscribe(() => {
      throw broken
    })
    const { shown } = watched(circuit)
    circuit.trip()
    expect(shown()).toEqual(['open false'])
    expect(errors).toEqual([broken])
  })

  test('may unsubscribe each other while they are notified', () => {
    const circuit = createCircuit()
    const { subscribe } = watchCircuit(circuit)
    const calls: string[] = []
    const stops: (() => void)[] = []
    for (const name of ['a', 'b']) {
      stops.push(
        subscribe(() => {
          calls.push(name)
          for (const stop of stops) stop()
        }),
      )
    }
    circuit.trip()
    circuit.reset()
    expect(calls).toEqual(['a'])
    expect(vi.getTimerCount()).toBe(0)
  })
})

describe('timers', () => {
  test.each<[string, (circuit: CircuitBreaker) => void]>([
    ['closed', (circuit) => circuit.acquire().success()],
    ['open for ever', (circuit) => circuit.trip()],
    ['forced open', (circuit) => circuit.forceOpen()],
    ['disabled', (circuit) => circuit.disable()],
  ])('do not run while the circuit is %s', (_, act) => {
    const circuit = createCircuit({ retry: retryNever() })
    watched(circuit)
    act(circuit)
    expect(vi.getTimerCount()).toBe(0)
  })

  test('belong to the clock when it has some', () => {
    let now = 0
    const timers = new Map<() => void, number>()
    const clock: Clock = {
      now: () => now,
      timestamp: () => 1e12 + now,
      setTimeout(fn, ms) {
        timers.set(fn, now + ms)
        return () => void timers.delete(fn)
      },
    }
    const advance = (ms: number) => {
      for (const end = now + ms; now < end; now += 100) {
        for (const [fn, at] of [...timers]) if (at <= now && timers.delete(fn)) fn()
      }
    }
    const circuit = createCircuit({ clock })
    const { shown, unsubscribe } = watched(circuit, { metrics: true })
    circuit.acquire().success()
    advance(500)
    expect(shown()).toEqual(['closed true'])
    circuit.trip()
    advance(11_000)
    expect(shown()).toEqual(['closed true', 'open false', 'open true'])
    expect(vi.getTimerCount()).toBe(0)
    unsubscribe()
    expect(timers.size).toBe(0)
  })
})

describe('invalid arguments', () => {
  const circuit = createCircuit()
  test.each([0, -1, 1e9 + 1, Number.NaN])('metrics: %s', (metrics) => {
    expect(() => watchCircuit(circuit, { metrics })).toThrow(
      new RangeError(`watchCircuit: metrics must be a boolean or 1 to 1e9 ms, got ${metrics}`),
    )
  })

  test('are named in the error', () => {
    expect(() => watchCircuit('payments' as never)).toThrow('watchCircuit: circuit must be')
    expect(() => watchCircuit(circuit, { metrics: 'all' as never })).toThrow(TypeError)
    expect(() => watchCircuit(circuit).subscribe(5 as never)).toThrow('subscribe: onChange must be')
  })
})
