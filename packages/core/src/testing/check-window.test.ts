import { describe, expect, test } from 'vitest'
import {
  CircuitBreaker,
  countWindow,
  failureRate,
  minRequests,
  timeWindow,
  type Window,
  WindowCounts,
  type WindowCountsOptions,
} from '../index.ts'
import { checkWindow } from './check-window.ts'
import { ManualClock } from './manual-clock.ts'

// the window that the docstring of WindowCounts shows
class RecentCalls extends WindowCounts {
  readonly size: number
  readonly maxAgeMs: number
  readonly calls: { at: number; us: number | undefined; failed: boolean }[] = []

  constructor(size: number, maxAgeMs: number, options: WindowCountsOptions) {
    super(options)
    this.size = size
    this.maxAgeMs = maxAgeMs
  }

  protected override push(now: number, us: number | undefined, failed: boolean): void {
    this.evictExpired(now)
    if (this.calls.length === this.size) this.evictOldest()
    this.calls.push({ at: now, us, failed })
  }

  protected override evictExpired(now: number): boolean {
    const before = this.total
    while (this.calls[0] && now - this.calls[0].at >= this.maxAgeMs) this.evictOldest()
    return this.total < before
  }

  protected evictOldest(): void {
    const call = this.calls.shift()
    if (call) this.sum(call.us, call.failed, -1)
  }
}

type Make = (options: WindowCountsOptions) => WindowCounts

const recentCalls = (size: number, maxAgeMs: number, make?: Make): Window =>
  Object.freeze<Window>({
    capacity: size,
    open: make ?? ((options) => new RecentCalls(size, maxAgeMs, options)),
    toJSON: () => ({ type: 'recentCalls', args: [size, maxAgeMs] }),
  })

describe('checkWindow accepts', () => {
  test.each<[string, Window]>([
    ['countWindow', countWindow(7)],
    ['timeWindow', timeWindow(5, { buckets: 5 })],
    ['a window of your own', recentCalls(7, 5)],
  ])('%s', (_name, window) => {
    expect(() => checkWindow(window)).not.toThrow()
  })

  test('bounds that the window keeps', () => {
    const bounds = (calls: readonly { at: number }[], now: number) => {
      const young = calls.slice(-7).filter(({ at }) => now - at < 5).length
      return { least: young, most: young }
    }
    expect(() => checkWindow(recentCalls(7, 5), { bounds, stepMs: 1, seed: 7 })).not.toThrow()
  })
})

describe('checkWindow names the broken rule of', () => {
  const good = recentCalls(7, 5)
  const other = (window: Partial<Window>): Window => Object.freeze({ ...good, ...window })
  const shared = new RecentCalls(7, 5, {
    state: 'closed',
    circuitName: 'payments',
    slowThresholdsMs: [2.007, 100, 1_000],
  })

  class KeepsTooMany extends RecentCalls {
    protected override push(now: number, us: number | undefined, failed: boolean): void {
      this.calls.push({ at: now, us, failed })
    }
  }
  class ForgetsToSubtract extends RecentCalls {
    protected override evictOldest(): void {
      this.calls.shift()
      this.total--
    }
  }
  class EvictsTheNewest extends RecentCalls {
    protected override evictOldest(): void {
      const call = this.calls.pop()
      if (call) this.sum(call.us, call.failed, -1)
    }
  }
  class HidesEvictions extends RecentCalls {
    protected override evictExpired(now: number): boolean {
      super.evictExpired(now)
      return false
    }
  }
  class EvictsOneByOne extends RecentCalls {
    protected override evictExpired(now: number): boolean {
      const [oldest] = this.calls
      if (oldest === undefined || now - oldest.at < this.maxAgeMs) return false
      this.evictOldest()
      return true
    }
  }
  class RoundsToMs extends RecentCalls {
    protected override push(now: number, us: number | undefined, failed: boolean): void {
      super.push(now, us && Math.round(us / 1000) * 1000, failed)
    }
  }
  class TimesAllCalls extends RecentCalls {
    protected override push(now: number, us: number | undefined, failed: boolean): void {
      super.push(now, us ?? 0, failed)
    }
  }
  class DropsEverything extends RecentCalls {
    override record(): void {}
  }

  const made = (Counts: typeof RecentCalls) =>
    recentCalls(7, 5, (options) => new Counts(7, 5, options))

  test.each<[string, string, Window]>([
    ['a window that is not frozen', 'frozen', { ...good }],
    ['a capacity of 0', 'capacity is a whole number of at least 1', other({ capacity: 0 })],
    ['a capacity of 1.5', 'got 1.5', other({ capacity: 1.5 })],
    ['missing JSON', 'toJSON() returns', other({ toJSON: () => undefined as never })],
    ['open() without counts', 'extends WindowCounts', other({ open: () => ({}) as never })],
    ['a duration for untimed calls', 'the sums are those', made(TimesAllCalls)],
    ['one object for all epochs', 'epochs are independent', other({ open: () => shared })],
    ['counts that exceed the capacity', 'at most capacity', made(KeepsTooMany)],
    ['evicted calls that stay in a sum', 'the sums are those', made(ForgetsToSubtract)],
    ['eviction of the newest call', 'the sums are those of the newest', made(EvictsTheNewest)],
    ['evictions that are not reported', 'exactly when it changed a sum', made(HidesEvictions)],
    ['slow eviction', 'evicts all expired calls at once', made(EvictsOneByOne)],
    ['durations that are rounded', 'in whole microseconds', made(RoundsToMs)],
    ['calls that are dropped', 'that was just recorded', made(DropsEverything)],
  ])('%s', (_what, rule, window) => {
    const check = () => checkWindow(window)
    expect(check).toThrow(
      expect.objectContaining({
        message: expect.stringMatching(
          `^checkWindow: broken rule: .*${rule.replace(/[()]/g, '\\$&')}`,
        ),
      }),
    )
  })

  test('a number of calls outside the bounds', () => {
    const bounds = () => ({ least: 3, most: 3 })
    expect(() => checkWindow(good, { bounds })).toThrow(
      /the window holds 3 to 3 of \d calls, got \d/,
    )
  })
})

test('a breaker opens by the calls in a window of your own', () => {
  const clock = new ManualClock()
  const breaker = new CircuitBreaker({
    name: 'payments',
    window: recentCalls(4, 1_000),
    tripper: minRequests(3).and(failureRate(0.5)),
    clock,
  })
  const fail = () => breaker.acquire().failure(new Error('down'))
  fail()
  fail()
  clock.advance(1_000)
  fail()
  expect(breaker.snapshot()).toMatchObject({ state: 'closed', metrics: { total: 1 } })
  fail()
  fail()
  expect(breaker.state).toBe('open')
  expect(breaker.toJSON().window).toEqual({ type: 'recentCalls', args: [4, 1_000] })
})
