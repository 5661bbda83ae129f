import {
  CircuitBreaker,
  countWindow,
  errorType,
  failureCount,
  failureStreak,
  type Listener,
  minRequests,
  retryWhen,
  type Tripper,
  timeWindow,
  tripWhen,
  type Window,
  whileClosed,
  whileHalfOpen,
} from '@fluxgate/core'

type Rule =
  | { readonly consecutive: number }
  | { readonly count: { threshold: number; size: number; minimumNumberOfCalls?: number } }
  | { readonly sampling: { threshold: number; duration: number; minimumRps: number } }

export interface CockatielOptions {
  readonly handle: new () => Error
  readonly halfOpenAfter: number | readonly number[]
  readonly breaker: Rule
  readonly sampling?: { readonly calls: number; readonly threshold: number }
}

export type CockatielState = 'closed' | 'open' | 'half open' | 'isolated'

/** The members of cockatiel that the scenarios use. */
export interface CockatielLike {
  readonly state: CockatielState
  execute<T>(
    fn: (context: { readonly signal: AbortSignal }) => T | Promise<T>,
    signal?: AbortSignal,
  ): Promise<T>
  /** Calls back with `break`, `reset` or `half open`. */
  on(callback: (event: string) => void): void
  isolate(): { dispose(): void }
}

const STATES: Readonly<Record<string, CockatielState>> = {
  closed: 'closed',
  half_open: 'half open',
  open: 'open',
  forced_open: 'isolated',
}

const EVENTS: Readonly<Record<string, string>> = {
  open: 'break',
  forced_open: 'break',
  half_open: 'half open',
  closed: 'reset',
}

/** Cockatiel's interface for a Fluxgate breaker. */
export class CockatielAdapter implements CockatielLike {
  readonly #breaker: CircuitBreaker
  #isolated = 0

  constructor({
    handle,
    halfOpenAfter,
    breaker,
    sampling = { calls: 1, threshold: 0 },
  }: CockatielOptions) {
    const delays = typeof halfOpenAfter === 'number' ? [halfOpenAfter] : halfOpenAfter
    const { window, tripper } = ruleOf(breaker)
    const failedProbes = Math.floor(sampling.calls * sampling.threshold) + 1
    this.#breaker = new CircuitBreaker({
      name: 'adapter',
      window,
      tracker: errorType(handle),
      ignore: errorType(handle).not(),
      tripper: whileClosed()
        .and(tripper)
        .or(whileHalfOpen().and(failureCount(Math.min(failedProbes, sampling.calls)))),
      retry: retryWhen(
        'delays',
        ({ reopens }) => delays[Math.min(reopens, delays.length - 1)] ?? 0,
      ),
      probes: sampling.calls,
    })
  }

  get state(): CockatielState {
    return STATES[this.#breaker.state] ?? 'closed'
  }

  execute<T>(
    fn: (context: { readonly signal: AbortSignal }) => T | Promise<T>,
    signal: AbortSignal = new AbortController().signal,
  ): Promise<T> {
    return this.#breaker.call(() => fn({ signal }))
  }

  on(callback: (event: string) => void): void {
    const listener: Listener = ({ newState }) => callback(EVENTS[newState] ?? newState)
    this.#breaker.subscribe(listener)
  }

  isolate(): { dispose(): void } {
    this.#isolated++
    this.#breaker.forceOpen()
    return {
      dispose: () => {
        if (--this.#isolated === 0) this.#breaker.reset()
      },
    }
  }
}

function ruleOf(rule: Rule): { window: Window; tripper: Tripper } {
  if ('consecutive' in rule) {
    return { window: countWindow(100), tripper: failureStreak(rule.consecutive) }
  }
  if ('count' in rule) {
    const { threshold, size, minimumNumberOfCalls = size } = rule.count
    const tripper = minRequests(minimumNumberOfCalls).and(above(threshold))
    return { window: countWindow(size), tripper }
  }
  const { threshold, duration, minimumRps } = rule.sampling
  const calls = Math.ceil((minimumRps * duration) / 1_000)
  return { window: timeWindow(duration), tripper: minRequests(calls).and(above(threshold)) }
}

const above = (threshold: number) =>
  tripWhen(`above ${threshold}`, ({ failureRate = 0 }) => failureRate > threshold)
