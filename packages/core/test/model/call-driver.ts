import { TimeoutError } from '@fluxgate/core'
import { Caller, endHolder } from './caller.ts'
import {
  abortReason,
  type Ending,
  endingOf,
  errorOf,
  expectEnding,
  expectRejection,
  expectTimeout,
  fallback,
} from './ending.ts'
import type { Epoch } from './epoch.ts'
import { expectSame } from './expect-same.ts'
import type { Lockstep, Rejected } from './lockstep.ts'
import { type Action, type End, endOf, outcomeOf } from './operation.ts'
import { extendIfLate, type Running } from './running.ts'
import type { Setup } from './setup.ts'

const nothing = () => {}

/**
 * Starts and settles calls and tickets. Each method applies a step to the breaker and returns a
 * function that applies it to the model.
 */
export class CallDriver {
  readonly #pair: Lockstep
  readonly #setup: Setup
  readonly #running: Running[] = []
  readonly #finished: Running[] = []
  #callers: Caller[] = []
  /** The last rejection that a caller received. */
  #ownRejection: { readonly error: unknown; readonly epoch: Epoch } | undefined

  constructor(pair: Lockstep, setup: Setup) {
    this.#pair = pair
    this.#setup = setup
  }

  get running(): readonly Running[] {
    return this.#running
  }

  get ownRejectionEpoch(): Epoch | undefined {
    return this.#ownRejection?.epoch
  }

  /** True while a promise of the breaker is pending. */
  get hasCallers(): boolean {
    return this.#callers.length > 0
  }

  /** Checks what the callers of `call` received. Their promises must have had time to settle. */
  checkCallers(): void {
    this.#callers = this.#callers.filter((caller) => !caller.isOver())
    const limited = this.#running.filter(({ dueAt }) => Number.isFinite(dueAt))
    expectSame('timers waiting', this.#pair.clock.waitingTimers, limited.length)
  }

  /** After a timer that fired late. */
  firedLate(running: Running): void {
    if (!extendIfLate(running, this.#pair.now)) this.timedOut(running)
  }

  /** Compares the error of a call whose time limit ended, and settles it in the model. */
  timedOut(running: Running): void {
    const { holder, limitMs } = running
    if (!(holder instanceof Caller)) return
    const error = errorOf(holder.ending)
    expectTimeout(error, this.#pair.breaker.name, limitMs)
    holder.expect((ending) => expectEnding(ending, { error }, holder.hasFallback))
    this.#pair.modelSettle(running, outcomeOf(this.#setup, 'timeout'), error)
    this.#finish(running)
  }

  startCall({ abortable, timeoutMs, fallback }: Action & { do: 'start' }): () => void {
    const abort = abortable ? new AbortController() : undefined
    const holder = this.#caller({ abort, timeoutMs, fallback })
    const limitMs = this.#limit(timeoutMs)
    return () => {
      const verdict = this.#pair.modelAdmit(limitMs)
      expectSame('fn runs', holder.entered, 'call' in verdict)
      if ('call' in verdict) {
        const dueAt = verdict.call.at + limitMs
        this.#running.push({ ...verdict, holder, limitMs, dueAt, isExtended: false })
      } else {
        holder.expect((ending) => this.#expectRejection(ending, verdict, holder.hasFallback))
      }
    }
  }

  #limit(timeoutMs: number | undefined): number {
    return timeoutMs ?? this.#setup.timeoutMs ?? Number.POSITIVE_INFINITY
  }

  startTicket({ by, timeoutMs }: Action & { do: 'start' }): () => void {
    const { breaker } = this.#pair
    const options = timeoutMs === undefined ? undefined : { timeoutMs }
    const got = endingOf(() =>
      by === 'acquire' ? breaker.acquire(options) : breaker.tryAcquire(options),
    )
    const limitMs = this.#limit(timeoutMs)
    return () => {
      const verdict = this.#pair.modelAdmit(limitMs)
      const holder = 'value' in got ? got.value : undefined
      expectSame(`${by} admits`, holder !== undefined, 'call' in verdict)
      if ('rejection' in verdict) {
        if (by === 'tryAcquire') return
        this.#expectRejection(got, verdict, false)
      } else if (holder) {
        const dueAt = Number.POSITIVE_INFINITY // a ticket has no timer
        this.#running.push({ ...verdict, holder, limitMs, dueAt, isExtended: false })
      }
    }
  }

  /** Compares a rejection, and keeps it for functions that end in it. */
  #expectRejection(ending: Ending, verdict: Rejected, hasFallback: boolean): void {
    const { rejection, reason, epoch } = verdict
    expectRejection(ending, rejection, hasFallback, {
      circuitName: this.#pair.breaker.name,
      reason,
    })
    this.#ownRejection = { error: errorOf(ending), epoch }
  }

  #isFailure = (isDeadline: boolean) => isDeadline && this.#setup.deadline !== 'ignore'

  startAborted(isDeadline: boolean): () => void {
    const abort = new AbortController()
    const error = abortReason(isDeadline)
    abort.abort(error)
    const caller = this.#caller({ abort, fallback: true })
    caller.expect((ending) => expectEnding(ending, { error }, this.#isFailure(isDeadline)))
    return () => {
      expectSame('fn runs', caller.entered, false)
      this.#pair.checker.compareReports()
    }
  }

  #caller(options: ConstructorParameters<typeof Caller>[1]): Caller {
    const caller = new Caller(this.#pair.breaker, options)
    this.#callers.push(caller)
    return caller
  }

  callSync(
    end: End | 'promise',
    transition: (() => () => void) | undefined,
    hasFallback: boolean,
  ): () => void {
    const how: Ending = end === 'promise' ? { value: Promise.resolve() } : this.#endOf(end)
    const rejectedIn = this.#rejectedIn(end)
    const admit = () => this.#pair.modelAdmit(Number.POSITIVE_INFINITY)
    let verdict: ReturnType<Lockstep['modelAdmit']> | undefined
    let inside: Ending | undefined
    const fn = () => {
      // A difference found here must not count as an error of the function.
      inside = endingOf(() => {
        verdict = admit()
        transition?.()()
      })
      if ('error' in how) throw how.error
      return how.value
    }
    const options = hasFallback ? { fallback } : undefined
    const ending = endingOf(() => this.#pair.breaker.callSync(fn, options))
    return () => {
      if (inside && 'error' in inside) throw inside.error
      verdict ??= admit()
      if ('rejection' in verdict) {
        expectSame('fn runs', inside !== undefined, false)
        this.#expectRejection(ending, verdict, hasFallback)
      } else if (end === 'promise') {
        expectSame('a promise is refused', errorOf(ending) instanceof TypeError, true)
        this.#pair.modelSettle(verdict, 'ignored')
      } else {
        expectEnding(ending, how, hasFallback)
        this.#pair.modelSettle(verdict, outcomeOf(this.#setup, end), errorOf(how), rejectedIn)
      }
    }
  }

  settle(pick: number, end: End | 'release'): () => void {
    const running = at(this.#running, pick)
    if (running === undefined) return nothing
    if (end === 'release') return this.#release(running)
    const { holder } = running
    const how = this.#endOf(end)
    const rejectedIn = this.#rejectedIn(end)
    endHolder(holder, how)
    return () => {
      if (holder instanceof Caller) {
        holder.expect((ending) => expectEnding(ending, how, holder.hasFallback))
      } else if (this.#pair.now - running.call.at > running.limitMs) {
        return this.#settledLate(running)
      }
      this.#pair.modelSettle(running, outcomeOf(this.#setup, end), errorOf(how), rejectedIn)
      this.#finish(running)
    }
  }

  /** A ticket that ends after its time limit counts as a timeout. */
  #settledLate(running: Running): void {
    const error = new TimeoutError(this.#pair.breaker.name, running.limitMs)
    this.#pair.modelSettle(running, outcomeOf(this.#setup, 'timeout'), error)
    this.#finish(running)
  }

  #endOf(end: End): Ending {
    return endOf(end, this.#ownRejection?.error)
  }

  /** The epoch of the rejection that an end contains. */
  #rejectedIn(end: End | 'promise'): Epoch | undefined {
    return end === 'own' || end === 'ownWrapped' ? this.#ownRejection?.epoch : undefined
  }

  #release(running: Running): () => void {
    const { holder } = running
    if (holder instanceof Caller) return nothing
    holder.release()
    return () => {
      this.#pair.modelSettle(running, 'ignored')
      this.#finish(running)
    }
  }

  // A ticket settles once, and results after an abort or a timeout are ignored.
  settleAgain(pick: number, end: End): () => void {
    const finished = at(this.#finished, pick)
    if (finished) endHolder(finished.holder, this.#endOf(end))
    return () => this.#pair.checker.compareReports()
  }

  abort(pick: number, isDeadline: boolean): () => void {
    const running = at(this.#running, pick)
    if (!(running?.holder instanceof Caller) || !running.holder.abort) return nothing
    const { holder } = running
    const error = abortReason(isDeadline)
    const fails = this.#isFailure(isDeadline)
    holder.abort?.abort(error)
    return () => {
      holder.expect((ending) => expectEnding(ending, { error }, fails && holder.hasFallback))
      this.#pair.modelSettle(running, fails ? outcomeOf(this.#setup, 'timeout') : 'aborted', error)
      this.#finish(running)
    }
  }

  #finish(running: Running): void {
    this.#running.splice(this.#running.indexOf(running), 1)
    this.#finished.unshift(running)
    this.#finished.length = Math.min(this.#finished.length, 3)
  }
}

function at<T>(list: readonly T[], pick: number): T | undefined {
  return list[pick % list.length]
}
