import type { CallOptions, CircuitBreaker, Ticket } from '@fluxgate/core'
import { type Ending, fallback } from './ending.ts'
import { expectSame } from './expect-same.ts'

/** What the driver may ask of a call. */
export interface CallerOptions {
  readonly abort?: AbortController | undefined
  readonly timeoutMs?: number | undefined
  readonly fallback?: boolean | undefined
}

/** Somebody who awaits a call that ends when the driver likes. */
export class Caller {
  /** True once the guarded function runs. */
  entered = false
  /** How the call ended for its caller, if it did. */
  ending: Ending | undefined
  readonly abort: AbortController | undefined
  readonly hasFallback: boolean
  #endFunction: (how: Ending) => void = () => {}
  #check: ((ending: Ending) => void) | undefined

  constructor(breaker: CircuitBreaker, { abort, timeoutMs, fallback: wanted }: CallerOptions) {
    this.abort = abort
    this.hasFallback = wanted === true
    const running = new Promise<unknown>((resolve, reject) => {
      this.#endFunction = (how) => ('value' in how ? resolve(how.value) : reject(how.error))
    })
    const options: CallOptions = {
      ...(abort && { signal: abort.signal }),
      ...(timeoutMs !== undefined && { timeoutMs }),
      ...(wanted && { fallback }),
    }
    const fn = () => {
      this.entered = true
      return running
    }
    // Without options a breaker may take a shorter way.
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

  /** Ends the guarded function, as often as one likes. */
  endFunction(how: Ending): void {
    this.#endFunction(how)
  }

  /** From now on the call must have ended in a way that passes the check, before that it must not. */
  expect(check: (ending: Ending) => void): void {
    this.#check = check
  }

  /** Checks that, and says whether the call is over. */
  isOver(): boolean {
    const { ending } = this
    expectSame('call has ended', ending !== undefined, this.#check !== undefined)
    if (ending === undefined) return false
    this.#check?.(ending)
    return true
  }
}

/** Ends what a call or a ticket stands for. */
export function endHolder(holder: Caller | Ticket, how: Ending): void {
  if (holder instanceof Caller) holder.endFunction(how)
  else if ('error' in how) holder.failure(how.error)
  else holder.success(how.value)
}
