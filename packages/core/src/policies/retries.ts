import {
  check,
  checkAtLeast,
  checkFunction,
  checkJitter,
  checkMs,
  checkOptions,
  checkText,
} from '../internal/validation.ts'
import type { PolicyJson } from '../model/policy-json.ts'

/** What a retry knows when the circuit opens. */
export interface RetryContext {
  /** How often the circuit has opened again since it was last closed; 0 the first time. */
  readonly reopens: number
  /** The error that opened the circuit; undefined when a result or a manual move did. */
  readonly error: unknown
  /** The breaker's source of chance, 0 to below 1. */
  readonly random: () => number
}

/** Decides, once, when an open circuit may probe. */
export interface Retry {
  /** Milliseconds from now; `Infinity` for never. Asked once each time the circuit opens. */
  delayMs(ctx: RetryContext): number
  toJSON(): PolicyJson
}

/**
 * Set on an error, it is how long the other side asked to be left alone, in ms. When that error
 * opens the circuit it takes the place of the retry's own delay (not of `retryNever()`). The guarded
 * fetch uses it for `Retry-After`.
 *
 * @example
 * throw Object.assign(new Error('quota'), { [retryAfterMs]: 5_000 })
 */
export const retryAfterMs: unique symbol = Symbol.for('fluxgate.retryAfterMs') as never

/** @internal */
export function requestedDelayMs(error: unknown): number | undefined {
  try {
    const asked = (error as { [retryAfterMs]?: unknown } | null | undefined)?.[retryAfterMs]
    return typeof asked === 'number' && asked >= 0 && asked <= Number.MAX_VALUE ? asked : undefined
  } catch {
    return undefined // a revoked or hostile proxy asks for nothing
  }
}

function retry(type: string, args: PolicyJson['args'], delayMs: Retry['delayMs']): Retry {
  return Object.freeze<Retry>({ delayMs, toJSON: () => ({ type, args }) })
}

// whole ms, because `retryAt` is read by people
const applyJitter = (delayMs: number, jitter: number, random: () => number) =>
  jitter === 0 ? delayMs : Math.round(delayMs * (1 + jitter * (2 * random() - 1)))

/** Probe with the very next call. */
export function retryAlways(): Retry {
  return retry('retryAlways', [], () => 0)
}

/** Stay open until somebody moves the circuit by hand. */
export function retryNever(): Retry {
  return retry('retryNever', [], () => Number.POSITIVE_INFINITY)
}

/**
 * Probe `durationMs` after the circuit opened, every time.
 *
 * @param durationMs milliseconds above 0
 * @param options.jitter 0 (default) to 1: the share by which the delay is moved at random, either
 * way, so that many clients do not come back at once
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
  return retry('cooldown', [durationMs, { jitter }], ({ random }) =>
    applyJitter(durationMs, jitter, random),
  )
}

/** Options of {@link backoff}. */
export interface BackoffOptions {
  /** The delay of the first opening, milliseconds above 0. */
  readonly initialMs: number
  /** Growth per reopening, at least 1, default 2. */
  readonly multiplier?: number | undefined
  /** The longest delay, jitter included, at least `initialMs`, default 300,000 (5 minutes). */
  readonly maxMs?: number | undefined
  /** 0 (default) to 1, as in {@link cooldown}. */
  readonly jitter?: number | undefined
}

/**
 * Probe later each time the circuit opens again: `initialMs * multiplier ** reopens`, jitter
 * applied, then clamped to `maxMs`. Closing starts over.
 *
 * @throws TypeError or RangeError when an option is wrong
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
  return retry('backoff', [{ initialMs, multiplier, maxMs, jitter }], ({ reopens, random }) => {
    // after enough reopens the power overflows; Infinity times a jitter of 0 would be NaN
    const grownMs = Math.min(Number.MAX_VALUE, initialMs * multiplier ** reopens)
    return Math.min(maxMs, applyJitter(grownMs, jitter, random))
  })
}

/**
 * A schedule of your own. When it throws or gives no number of at least 0, the circuit waits
 * 30 seconds and `onError` is told.
 *
 * @param name what devtools call it
 * @param delayMs milliseconds until the circuit may probe, `Infinity` for never
 * @throws TypeError when an argument is of the wrong kind
 * @example
 * retryWhen('as the server asks', ({ error }) => (error instanceof Busy ? error.waitMs : 30_000))
 */
export function retryWhen(name: string, delayMs: (ctx: RetryContext) => number): Retry {
  checkText('retryWhen: name', name)
  checkFunction('retryWhen: delayMs', delayMs)
  return retry('retryWhen', [name], delayMs)
}
