import {
  CircuitBreaker,
  cooldown,
  errorWhere,
  findRejection,
  minRequests,
  type State,
  timeWindow,
  tripWhen,
  type Window,
} from '@fluxgate/core'

export type Action = (...args: never[]) => unknown
type Fallback = ((...args: never[]) => unknown) | OpossumLike

export interface OpossumOptions {
  readonly name?: string
  readonly timeout?: number | false
  readonly errorThresholdPercentage?: number
  readonly resetTimeout?: number
  readonly rollingCountTimeout?: number
  readonly rollingCountBuckets?: number
  readonly volumeThreshold?: number
  readonly errorFilter?: (error: Error, ...args: never[]) => boolean
  readonly allowWarmUp?: boolean
  readonly enabled?: boolean
  readonly capacity?: number
}

/** The members of opossum that the scenarios use. */
export interface OpossumLike {
  readonly name: string
  readonly opened: boolean
  readonly closed: boolean
  readonly halfOpen: boolean
  readonly enabled: boolean
  readonly isShutdown: boolean
  readonly stats: Readonly<
    Record<'fires' | 'successes' | 'failures' | 'rejects' | 'timeouts', number>
  >
  fire(...args: unknown[]): Promise<unknown>
  call(context: unknown, ...args: unknown[]): Promise<unknown>
  fallback(fallback: Fallback): unknown
  on(event: string, callback: (...args: never[]) => void): unknown
  open(): void
  close(): void
  enable(): void
  disable(): void
  shutdown(): void
  healthCheck(check: () => Promise<unknown>, intervalMs?: number): void
}

const EVENT_OF: Partial<Record<State, string>> = {
  open: 'open',
  closed: 'close',
  half_open: 'halfOpen',
}

/** Opossum's interface for a Fluxgate breaker. */
export class OpossumAdapter implements OpossumLike {
  readonly name: string
  readonly stats = { fires: 0, successes: 0, failures: 0, rejects: 0, timeouts: 0 }
  isShutdown = false
  readonly #breaker: CircuitBreaker
  readonly #action: Action
  readonly #callbacks: { event: string; callback: (...args: never[]) => void }[] = []
  readonly #filter: OpossumOptions['errorFilter']
  #fallback: Fallback | undefined
  /** The arguments of the calls whose error the tracker evaluates. */
  #args: readonly unknown[] = []
  #interval: ReturnType<typeof setInterval> | undefined

  constructor(action: Action, options: OpossumOptions = {}) {
    if (action === undefined) throw new TypeError('No action provided.')
    const { timeout = 10_000, errorThresholdPercentage = 50, resetTimeout = 30_000 } = options
    const { rollingCountTimeout = 10_000, rollingCountBuckets = 10, volumeThreshold } = options
    this.name = options.name ?? (action.name || 'anonymous')
    this.#action = action
    this.#filter = options.errorFilter
    const above = tripWhen(
      `above ${errorThresholdPercentage} %`,
      ({ failureRate = 0, failures, state }) =>
        state === 'half_open' ? failures > 0 : failureRate > errorThresholdPercentage / 100,
    )
    const window: Window = timeWindow(rollingCountTimeout, { buckets: rollingCountBuckets })
    this.#breaker = new CircuitBreaker({
      name: this.name,
      window,
      tracker: errorWhere((error) => !this.#isFiltered(error)),
      tripper: volumeThreshold ? minRequests(volumeThreshold).and(above) : above,
      retry: cooldown(resetTimeout),
      probes: 1,
      timeoutMs: timeout || Number.POSITIVE_INFINITY,
      initial:
        options.enabled === false ? 'disabled' : options.allowWarmUp ? 'metrics_only' : 'closed',
      listeners: [({ newState }) => this.#emit(EVENT_OF[newState] ?? newState)],
    })
    if (options.allowWarmUp) setTimeout(() => this.close(), rollingCountTimeout)
  }

  get opened(): boolean {
    return this.#breaker.state === 'open' && !this.#breaker.snapshot().permitted
  }
  get closed(): boolean {
    return !this.opened && !this.halfOpen
  }
  get halfOpen(): boolean {
    const { state, permitted } = this.#breaker.snapshot()
    return state === 'half_open' || (state === 'open' && permitted)
  }
  get enabled(): boolean {
    return this.#breaker.state !== 'disabled'
  }

  fire(...args: unknown[]): Promise<unknown> {
    return this.call(undefined, ...args)
  }

  async call(context: unknown, ...args: unknown[]): Promise<unknown> {
    this.stats.fires++
    this.#emit('fire', args)
    const start = performance.now()
    try {
      const result: unknown = await this.#breaker.call(() => {
        this.#args = args
        return Reflect.apply(this.#action, context, args)
      })
      this.stats.successes++
      this.#emit('success', result, performance.now() - start)
      return result
    } catch (error) {
      if (findRejection(error)) {
        this.stats.rejects++
        this.#emit('reject', error)
      } else if (this.#isFiltered(error)) {
        this.stats.successes++
        throw error
      } else {
        const timedOut = (error as { code?: unknown } | undefined)?.code === 'ETIMEDOUT'
        if (timedOut) {
          this.stats.timeouts++
          this.#emit('timeout', error, performance.now() - start, args)
        }
        this.stats.failures++
        this.#emit('failure', error, performance.now() - start, args)
      }
      if (this.#fallback === undefined) throw error
      const result: unknown = await (typeof this.#fallback === 'function'
        ? Reflect.apply(this.#fallback, context, [...args, error])
        : this.#fallback.fire(...args, error))
      this.#emit('fallback', result, error)
      return result
    }
  }

  fallback(fallback: Fallback): this {
    this.#fallback = fallback
    return this
  }

  on(event: string, callback: (...args: never[]) => void): this {
    this.#callbacks.push({ event, callback })
    return this
  }

  open(): void {
    this.#breaker.trip()
  }
  close(): void {
    this.#breaker.reset()
  }
  enable(): void {
    this.#breaker.reset()
  }
  disable(): void {
    this.#breaker.disable()
  }

  shutdown(): void {
    this.isShutdown = true
    clearInterval(this.#interval)
    this.disable()
    this.#breaker.dispose()
    this.#breaker.forceOpen()
  }

  healthCheck(check: () => Promise<unknown>, intervalMs = 5_000): void {
    if (typeof check !== 'function') throw new TypeError('the health check must be a function')
    if (typeof intervalMs !== 'number') throw new TypeError('the interval must be a number')
    this.#interval = setInterval(() => {
      check().catch((error: unknown) => {
        this.#emit('healthCheckFailed', error)
        this.open()
      })
    }, intervalMs)
  }

  #isFiltered(error: unknown): boolean {
    return (
      this.#filter !== undefined && !!Reflect.apply(this.#filter, undefined, [error, ...this.#args])
    )
  }

  #emit(event: string, ...args: unknown[]): void {
    for (const each of this.#callbacks) {
      if (each.event === event) Reflect.apply(each.callback, undefined, args)
    }
  }
}
