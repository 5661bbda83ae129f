import { checkFunction, checkMs, checkOptions, quote } from '../internal/validation.ts'
import type { Window } from '../windows/window.ts'
import type { WindowCounts } from '../windows/window-counts.ts'
import { seededRandom } from './seeded-random.ts'

/** A call that {@link checkWindow} recorded. */
export interface RecordedCall {
  /** Monotonic ms at which it was recorded. */
  readonly at: number
  /** Undefined for a call that was not timed. */
  readonly durationMs: number | undefined
  readonly failed: boolean
}

/** Options of {@link checkWindow}. */
export interface CheckWindowOptions {
  /**
   * Unit of the waits between calls, in ms above 0, default 1. Choose it so that multiples of it reach
   * the limits of the window exactly: `durationMs / buckets` of a time window.
   */
  readonly stepMs?: number | undefined
  /**
   * How many of the recorded `calls` (the oldest first) the window may hold at `now`. Default: 0 to its
   * capacity.
   */
  readonly bounds?:
    | ((calls: readonly RecordedCall[], now: number) => { least: number; most: number })
    | undefined
  /** Seed of the sequence of calls, default 1. */
  readonly seed?: number | undefined
}

const SLOW_MS = [2.007, 100, 1_000]
const DURATIONS_MS = [undefined, undefined, 0, 0.0004, 2.006, 2.007, 99.9996, 100, 1_000]
const WAITS = [0, 0, 0, 0.25, 0.5, 1, 2, 3, 10, 100]

/**
 * Checks that a window of your own keeps the contract of windows: it holds the newest calls, its sums
 * are exact, also of calls that were not timed, and its epochs are independent. It needs no test framework. It does not measure time and
 * memory, which must not grow with the number of calls.
 *
 * @throws Error that names the first broken rule
 * @example
 * test('lastCalls is a window', () => {
 *   checkWindow(lastCalls(5), { bounds: (calls) => exactly(Math.min(5, calls.length)) })
 * })
 */
export function checkWindow(window: Window, options: CheckWindowOptions = {}): void {
  checkOptions('checkWindow', options, {
    stepMs: checkMs,
    bounds: checkFunction,
    seed: (_, value) => void seededRandom(value as number),
  })
  const { stepMs = 1, bounds, seed = 1 } = options
  checkValue(window)
  checkEpochs(window)
  const random = seededRandom(seed)
  for (let sequence = 0; sequence < 20; sequence++) {
    checkSequence(window, 60, stepMs, bounds, random)
  }
  checkDrift(window, stepMs, random)
}

function checkValue(window: Window): void {
  rule('a window is a frozen object', Object.isFrozen(window))
  const { capacity } = window
  const whole = capacity === Number.POSITIVE_INFINITY || Number.isSafeInteger(capacity)
  rule('capacity is a whole number of at least 1, or Infinity', whole && capacity >= 1, capacity)
  const json = window.toJSON()
  const ok = typeof json?.type === 'string' && Array.isArray(json.args)
  rule('toJSON() returns { type, args }', ok, json)
}

function checkEpochs(window: Window): void {
  const counts = openCounts(window)
  const methods = ['record', 'expire', 'metrics'] as const
  const has = methods.every((method) => typeof counts?.[method] === 'function')
  rule('open() returns an object that extends WindowCounts', has, counts)
  rule('new counts are empty', same(sums(counts), recount([])), sums(counts))
  const other = openCounts(window)
  counts.record(0, 5, true)
  rule('the counts of two epochs are independent', same(sums(other), recount([])), sums(other))
}

/** Records and reads at random, and compares the sums with a naive recount after each step. */
function checkSequence(
  window: Window,
  steps: number,
  stepMs: number,
  bounds: CheckWindowOptions['bounds'],
  random: () => number,
): void {
  const counts = openCounts(window)
  const calls: RecordedCall[] = []
  let now = 0.1
  for (let step = 0; step < steps; step++) {
    now += stepMs * oneOf(WAITS, 3, random)
    if (random() < 0.4) {
      checkExpiry(counts, now)
    } else {
      const failed = random() < 0.5
      const call = { at: now, durationMs: oneOf(DURATIONS_MS, 2_000, random), failed }
      counts.record(now, call.durationMs, failed)
      calls.push(call)
      rule('the window holds the call that was just recorded', counts.total > 0, counts.total)
    }
    checkSums(counts, calls)
    const { total } = counts
    rule('the window holds at most capacity calls', total <= window.capacity, total)
    const { least, most } = bounds?.(calls, now) ?? { least: 0, most: window.capacity }
    const within = total >= least && total <= most
    rule(`the window holds ${least} to ${most} of ${calls.length} calls`, within, total)
  }
}

function checkExpiry(counts: WindowCounts, now: number): void {
  const before = sums(counts)
  const changed = counts.expire(now)
  const differs = !same(sums(counts), before)
  rule('expire() returns true exactly when it changed a sum', changed === differs, changed)
  rule('expire() evicts all expired calls at once', !counts.expire(now))
  const { total } = counts.metrics(now)
  rule('metrics() has the sums', total === counts.total, total)
}

/** Sums drift when evicted calls are subtracted with another duration than they were added with. */
function checkDrift(window: Window, stepMs: number, random: () => number): void {
  const counts = openCounts(window)
  const calls: RecordedCall[] = []
  let now = 0
  for (let i = 0; i < 20_000; i++) {
    now += stepMs * 0.3 * random()
    const durationMs = random() < 0.2 ? undefined : random() * 3
    const call = { at: now, durationMs, failed: random() < 0.3 }
    counts.record(now, call.durationMs, call.failed)
    calls.push(call)
  }
  checkSums(counts, calls)
}

/** A window evicts the oldest calls first, so that it holds the end of the history. */
function checkSums(counts: WindowCounts, calls: readonly RecordedCall[]): void {
  const { total } = counts
  const possible = Number.isSafeInteger(total) && total >= 0 && total <= calls.length
  rule('total is the number of calls that the window holds', possible, total)
  const expected = recount(calls.slice(calls.length - total))
  const actual = sums(counts)
  const detail = { actual, expected }
  rule(
    'the sums are those of the newest calls, in whole microseconds',
    same(actual, expected),
    detail,
  )
}

const openCounts = (window: Window) =>
  window.open({ state: 'closed', circuitName: 'payments', slowThresholdsMs: SLOW_MS })

function sums({ total, failures, timed, durationUs, slow }: WindowCounts) {
  return { total, failures, timed, durationUs, slow: SLOW_MS.map((ms) => slow[ms]) }
}

function recount(calls: readonly RecordedCall[]) {
  const durationsUs = calls.flatMap(({ durationMs }) =>
    durationMs === undefined ? [] : Math.round(durationMs * 1000),
  )
  return {
    total: calls.length,
    failures: calls.filter(({ failed }) => failed).length,
    timed: durationsUs.length,
    durationUs: durationsUs.reduce((sum, us) => sum + us, 0),
    slow: SLOW_MS.map((ms) => durationsUs.filter((us) => us / 1000 >= ms).length),
  }
}

/** One of `values`, or a number from 0 to below `max`. */
function oneOf<T>(values: readonly T[], max: number, random: () => number): T | number {
  const index = Math.floor(random() * values.length * 1.5)
  return index < values.length ? (values[index] as T) : random() * max
}

const same = (a: unknown, b: unknown) => JSON.stringify(a) === JSON.stringify(b)

function rule(name: string, kept: boolean, actual?: unknown): void {
  if (kept) return
  const got = actual === undefined ? '' : `, got ${quote(actual)}`
  throw new Error(`checkWindow: broken rule: ${name}${got}`)
}
