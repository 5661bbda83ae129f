import {
  check,
  checkFunction,
  checkMs,
  checkOptions,
  checkRatio,
  checkText,
} from '../internal/validation.ts'
import type { PolicyJson } from '../model/policy-json.ts'

/** What a permit knows when a call asks to probe. */
export interface PermitContext {
  /** Milliseconds since the circuit became half-open. */
  readonly elapsedMs: number
  readonly reopens: number
  /** Calls recorded since the circuit became half-open. */
  readonly recorded: number
  /** How many of them were successes. */
  readonly succeeded: number
  /** The breaker's source of chance, 0 to below 1. */
  readonly random: () => number
}

/** Decides which calls may probe, on top of the probe budget. */
export interface Permit {
  test(ctx: PermitContext): boolean
  /** True when it restrains no longer; half_open lasts until then. */
  finished(elapsedMs: number): boolean
  toJSON(): PolicyJson
}

function permit(
  type: string,
  args: PolicyJson['args'],
  test: Permit['test'],
  durationMs = 0,
): Permit {
  return Object.freeze<Permit>({
    test,
    finished: (elapsedMs) => elapsedMs >= durationMs,
    toJSON: () => ({ type, args }),
  })
}

const all = permit('admitAll', [], () => true)

/** Every call may probe, within the budget. The default. */
export function admitAll(): Permit {
  return all
}

/**
 * Each call may probe with a chance of `ratio`.
 *
 * @param ratio above 0 and at most 1
 * @throws TypeError or RangeError when `ratio` is anything else
 * @example
 * admitRandom(0.1) // of many clients, one in ten probes
 */
export function admitRandom(ratio: number): Permit {
  checkRatio('admitRandom: ratio', ratio)
  return permit('admitRandom', [ratio], ({ random }) => random() < ratio)
}

/** Options of {@link rampUp}. */
export interface RampUpOptions {
  /** Share of calls let through at the start, above 0 and at most `to`. */
  readonly from: number
  /** Share at the end, at most 1. */
  readonly to: number
  /** Length of the ramp in milliseconds, counted from half_open on. */
  readonly durationMs: number
}

/**
 * Lets traffic back in slowly: the share of calls let through rises in a line from `from` to `to`.
 * When the probes are healthy the circuit stays half-open, judged call by call, until the ramp
 * ends; then it closes.
 *
 * @throws TypeError or RangeError when an option is wrong
 * @example
 * rampUp({ from: 0.1, to: 1, durationMs: 60_000 })
 */
export function rampUp(options: RampUpOptions): Permit {
  const checks = { from: checkRatio, to: checkRatio, durationMs: checkMs }
  checkOptions('rampUp', options, checks, ...Object.keys(checks))
  const { from, to, durationMs } = options
  check(to >= from, 'rampUp: to', `at least from (${from})`, to, true)
  return permit(
    'rampUp',
    [{ from, to, durationMs }],
    ({ elapsedMs, random }) => random() < from + (to - from) * Math.min(1, elapsedMs / durationMs),
    durationMs,
  )
}

/**
 * A permit of your own. When it throws, the call is admitted and `onError` is told.
 *
 * @param name what devtools call it
 * @param test true when the call may probe
 * @throws TypeError when an argument is of the wrong kind
 * @example
 * admitWhen('leader only', () => isLeader())
 */
export function admitWhen(name: string, test: (ctx: PermitContext) => boolean): Permit {
  checkText('admitWhen: name', name)
  checkFunction('admitWhen: test', test)
  return permit('admitWhen', [name], test)
}
