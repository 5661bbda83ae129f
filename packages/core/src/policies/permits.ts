import { booleanResult } from '../internal/policy-result.ts'
import {
  check,
  checkFunction,
  checkMs,
  checkOptions,
  checkRatio,
  checkText,
} from '../internal/validation.ts'
import { type PolicyJson, policy } from '../model/policy-json.ts'

/** The input of a permit, for each call in half_open. */
export interface PermitContext {
  /** Milliseconds since the circuit became half-open. */
  readonly elapsedMs: number
  /** How often the circuit has reopened since it was last closed. */
  readonly reopens: number
  /** Calls recorded since the circuit became half-open. */
  readonly recorded: number
  /** Successes among the recorded calls. */
  readonly succeeded: number
  /** The random source of the breaker: 0 to below 1. */
  readonly random: () => number
}

/** Decides which calls may probe, in addition to the limit by `probes`. */
export interface Permit {
  test(ctx: PermitContext): boolean
  /** False while a ramp is running. A circuit does not close before this is true. */
  finished(elapsedMs: number): boolean
  toJSON(): PolicyJson
}

const finished = () => true

const all: Permit = policy('admitAll', [], { test: () => true, finished })

/** Every call may probe, up to the limit by `probes`. The default. */
export function admitAll(): Permit {
  return all
}

/**
 * A call may probe with the probability `ratio`.
 *
 * @param ratio above 0 and at most 1
 * @throws TypeError or RangeError when `ratio` is anything else
 * @example
 * admitRandom(0.1) // about one call in ten may probe
 */
export function admitRandom(ratio: number): Permit {
  checkRatio('admitRandom: ratio', ratio)
  return policy('admitRandom', [ratio], {
    test: ({ random }: PermitContext) => random() < ratio,
    finished,
  })
}

/** Options of {@link rampUp}. */
export interface RampUpOptions {
  /** Share of calls that may probe at the start, above 0 and at most `to`. */
  readonly from: number
  /** Share of calls at the end, at most 1. */
  readonly to: number
  /** Duration of the ramp in milliseconds, from the start of half_open. */
  readonly durationMs: number
}

/**
 * Increases traffic slowly: the share of admitted calls grows linearly from `from` to `to`. After
 * healthy probes the circuit stays half-open until the ramp ends, then it closes. Until then the rule
 * is evaluated after each call and can open the circuit.
 *
 * @throws TypeError or RangeError when an option is invalid
 * @example
 * rampUp({ from: 0.1, to: 1, durationMs: 60_000 })
 */
export function rampUp(options: RampUpOptions): Permit {
  const checks = { from: checkRatio, to: checkRatio, durationMs: checkMs }
  checkOptions('rampUp', options, checks, ...Object.keys(checks))
  const { from, to, durationMs } = options
  check(to >= from, 'rampUp: to', `at least from (${from})`, to, true)
  return policy('rampUp', [{ from, to, durationMs }], {
    test: ({ elapsedMs, random }: PermitContext) =>
      random() < from + (to - from) * Math.min(1, elapsedMs / durationMs),
    finished: (elapsedMs: number) => elapsedMs >= durationMs,
  })
}

/**
 * A permit of your own. When it throws or returns a promise, the call is admitted and `onError` is
 * called. `snapshot()` calls it too, so it must have no side effects.
 *
 * @param name shown in the devtools
 * @param test true when the call may probe
 * @throws TypeError when an argument has the wrong type
 * @example
 * admitWhen('leader only', () => isLeader())
 */
export function admitWhen(name: string, test: (ctx: PermitContext) => boolean): Permit {
  checkText('admitWhen: name', name)
  checkFunction('admitWhen: test', test)
  return policy('admitWhen', [name], {
    test: (ctx: PermitContext) => booleanResult('admitWhen: test', test(ctx)),
    finished,
  })
}
