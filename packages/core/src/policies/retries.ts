import { rejectPromise } from '../internal/policy-result.ts'
import { read } from '../internal/read.ts'
import {
  check,
  checkAtLeast,
  checkFunction,
  checkJitter,
  checkMs,
  checkOptions,
  checkText,
} from '../internal/validation.ts'
import type { Metrics } from '../model/metrics.ts'
import { type PolicyJson, policy } from '../model/policy-json.ts'

/** The input of a retry schedule, when the circuit opens. */
export interface RetryContext {
  /** How often the circuit has reopened since it was last closed; 0 for the first opening. */
  readonly reopens: number
  /** The error that opened the circuit; undefined after a result or a manual transition. */
  readonly error: unknown
  /** The calls in the window at the opening, before it is emptied. */
  readonly metrics: Metrics
  /** The random source of the breaker: 0 to below 1. */
  readonly random: () => number
}

/** A retry schedule: decides when an open circuit may probe. */
export interface Retry {
  /** Milliseconds from now; `Infinity` for never. Called once each time the circuit opens. */
  delayMs(ctx: RetryContext): number
  toJSON(): PolicyJson
}

/**
 * The key of an error's property with the delay that the service requested, in ms above 0. When that
 * error opens the circuit, its delay replaces the one of the schedule. When the circuit reopens, the
 * longer one of both applies. `retryNever()` stays open. Zero, negative numbers and other values are
 * ignored. The guarded fetch sets it for `Retry-After`.
 *
 * @example
 * throw Object.assign(new Error('quota'), { [retryAfterMs]: 5_000 })
 */
export const retryAfterMs: unique symbol = Symbol.for('fluxgate.retryAfterMs') as never

/** @internal The valid delay of an error's `retryAfterMs`, above 0; undefined without one. */
export function requestedDelayMs(error: unknown): number | undefined {
  const delayMs = read(error, retryAfterMs)
  return typeof delayMs === 'number' && delayMs > 0 && delayMs < Infinity ? delayMs : undefined
}

// Rounded, because `retryAt` is shown to people.
const applyJitter = (delayMs: number, jitter: number, random: () => number) =>
  jitter === 0 ? delayMs : Math.round(delayMs * (1 + jitter * (2 * random() - 1)))

/** Probes with the next call. */
export function retryAlways(): Retry {
  return policy('retryAlways', [], { delayMs: () => 0 })
}

/** Stays open until a manual transition. */
export function retryNever(): Retry {
  return policy('retryNever', [], { delayMs: () => Infinity })
}

/**
 * Probes `durationMs` after each opening.
 *
 * @param durationMs milliseconds above 0
 * @param options.jitter 0 (default) to 1: the share of the delay that is randomly added or
 * subtracted, so that many clients do not probe at the same time
 * @throws TypeError or RangeError when an argument is anything else
 * @example
 * cooldown(30_000, { jitter: 0.1 }) // 27 to 33 seconds
 */
export function cooldown(
  durationMs: number,
  options: { readonly jitter?: number | undefined } = {},
): Retry {
  checkMs('cooldown: durationMs', durationMs)
  checkOptions('cooldown', options, { jitter: checkJitter })
  const { jitter = 0 } = options
  return policy('cooldown', [durationMs, { jitter }], {
    delayMs: ({ random }: RetryContext) => applyJitter(durationMs, jitter, random),
  })
}

/** Options of {@link backoff}. */
export interface BackoffOptions {
  /** Delay of the first opening, milliseconds above 0. */
  readonly initialMs: number
  /** Factor for each reopening, at least 1, default 2. */
  readonly multiplier?: number | undefined
  /** Longest delay including jitter, at least `initialMs`, default 300,000 (5 minutes). */
  readonly maxMs?: number | undefined
  /** 0 (default) to 1, as for {@link cooldown}. */
  readonly jitter?: number | undefined
}

/**
 * Increases the delay each time the circuit reopens: `initialMs * multiplier ** reopens`, with jitter,
 * then clamped to `maxMs`. When the circuit closes, the schedule starts over.
 *
 * @throws TypeError or RangeError when an option is invalid
 * @example
 * backoff({ initialMs: 10_000, maxMs: 600_000, jitter: 0.1 }) // 10 s, 20 s, 40 s … 10 min
 */
export function backoff(options: BackoffOptions): Retry {
  checkOptions(
    'backoff',
    options,
    {
      initialMs: checkMs,
      multiplier: (option, value) => checkAtLeast(option, value, 1),
      maxMs: checkMs,
      jitter: checkJitter,
    },
    'initialMs',
  )
  const { initialMs, multiplier = 2, maxMs = 300_000, jitter = 0 } = options
  check(maxMs >= initialMs, 'backoff: maxMs', `at least initialMs (${initialMs})`, maxMs, true)
  return policy('backoff', [{ initialMs, multiplier, maxMs, jitter }], {
    delayMs({ reopens, random }: RetryContext) {
      // the power overflows after many reopenings, and Infinity times 0 is NaN
      const unclampedMs = Math.min(Number.MAX_VALUE, initialMs * multiplier ** reopens)
      return Math.min(maxMs, applyJitter(unclampedMs, jitter, random))
    },
  })
}

/**
 * A schedule of your own. When it throws, or does not return a number of at least 0 (a promise, for
 * example), the circuit waits 30 seconds and `onError` is called.
 *
 * @param name shown in the devtools
 * @param delayMs returns milliseconds until the circuit may probe, `Infinity` for never
 * @throws TypeError when an argument has the wrong type
 * @example
 * retryWhen('as the server requests', ({ error }) => (error instanceof Busy ? error.waitMs : 30_000))
 */
export function retryWhen(name: string, delayMs: (ctx: RetryContext) => number): Retry {
  checkText('retryWhen: name', name)
  checkFunction('retryWhen: delayMs', delayMs)
  return policy('retryWhen', [name], {
    delayMs(ctx: RetryContext) {
      const result = delayMs(ctx)
      rejectPromise('retryWhen: delayMs', 'a number', result)
      return result
    },
  })
}
