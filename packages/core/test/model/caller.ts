import type { CallOptions, CircuitBreaker, Ticket } from '@fluxgate/core'
import { type Ending, fallback } from './ending.ts'
import { expectSame } from './expect-same.ts'

/** The options of a call that the driver starts. */
export interface CallerOptions {
  readonly abort?: AbortController | undefined
  readonly timeoutMs?: number | undefined
  readonly fallback?: boolean | undefined
}

/** A pending call whose function settles when the driver settles it. */
export class Caller {
  /** True once the guarded function has been called. */
  entered = false
  /** How the call settled, once it has. */
  ending: Ending | undefined
  readonly abort: AbortController | undefined
  readonly hasFallback: boolean
  #endFunction: (how: Ending) => void = () => {}
  #check: ((ending: Ending) => void) | undefined

  constructor(breaker: CircuitBreaker, { abort, timeoutMs, fallback: hasFallback }: CallerOptions) {
    this.abort = abort
    this.hasFallback = hasFallback === true
    const running = new Promise<unknown>((resolve, reject) => {
      this.#endFunction = (how) => ('value' in how ? resolve(how.value) : reject(how.error))
    })
    const options: CallOptions = {
      ...(abort && { signal: abort.signal }),
      ...(timeoutMs !== undefined && { timeoutMs }),
      ...(hasFallback && { fallback }),
    }
    const fn = () => {
      this.entered = true
      return running
    }
    // Without options a breaker takes a shorter code path.
    const plain = Object.keys(options).length === 0
    const call: Promise<unknown> = plain ? breaker.call(fn) : breaker.call(fn, options)
    call.then(
      (value) => {
        this.ending = { value }
      },
      (error: unknown) => {
        this.ending = { error }
      },
    )
  }

  /** Settles the guarded function. Later calls have no effect. */
  endFunction(how: Ending): void {
    this.#endFunction(how)
  }

  /** From now on the call must have settled in a way that passes `check`. */
  expect(check: (ending: Ending) => void): void {
    this.#check = check
  }

  /** Compares whether the call has settled with what is expected, and returns it. */
  isOver(): boolean {
    const { ending } = this
    expectSame('call has ended', ending !== undefined, this.#check !== undefined)
    if (ending === undefined) return false
    this.#check?.(ending)
    return true
  }
}

/** Settles the function of a call, or a ticket. */
export function endHolder(holder: Caller | Ticket, how: Ending): void {
  if (holder instanceof Caller) holder.endFunction(how)
  else if ('error' in how) holder.failure(how.error)
  else holder.success(how.value)
}
