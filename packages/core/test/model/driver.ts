import type { Ticket } from '@fluxgate/core'
import { Caller, endHolder } from './caller.ts'
import {
  type Ending,
  endingOf,
  errorOf,
  expectEnding,
  expectRejection,
  expectTimeout,
  fallback,
} from './ending.ts'
import { expectSame } from './expect-same.ts'
import { type Admitted, Lockstep } from './lockstep.ts'
import type { Model } from './model.ts'
import { type Action, type End, endOf, type ManualTransition, outcomeOf } from './operation.ts'
import type { Setup } from './setup.ts'
import { TimeLimits } from './time-limits.ts'

/** A call or ticket in flight. */
export interface Running extends Admitted {
  readonly holder: Ticket | Caller
  /** Monotonic time at which its time limit ends. */
  readonly dueAt: number
}

const nothing = () => {}

/**
 * Applies steps to the breaker and the model.
 *
 * `perform` applies a step to the breaker and returns a function that applies it to the model. Promises
 * may have to settle in between.
 */
export class Driver {
  readonly timeLimits = new TimeLimits(() => this.#pair.now)
  readonly #pair: Lockstep
  readonly #setup: Setup
  readonly #running: Running[] = []
  readonly #finished: Running[] = []
  #callers: Caller[] = []

  constructor(setup: Setup) {
    this.#setup = setup
    this.#pair = new Lockstep(setup)
  }

  get model(): Model {
    return this.#pair.model
  }

  get running(): readonly Running[] {
    return this.#running
  }

  /** Every kind of signal and call event so far. */
  get kinds(): readonly string[] {
    return this.#pair.checker.kinds
  }

  set chance(chance: number) {
    this.#pair.chance = chance
  }

  compareSnapshot(): void {
    this.#pair.checker.compareSnapshot()
  }

  /** True while a promise of the breaker is pending. */
  get hasCallers(): boolean {
    return this.#callers.length > 0
  }

  /** Checks what the callers of `call` received. Their promises must have had time to settle. */
  checkCallers(): void {
    this.#callers = this.#callers.filter((caller) => !caller.isOver())
    const limited = this.#running.filter(({ dueAt }) => Number.isFinite(dueAt))
    expectSame('timers waiting', this.timeLimits.waiting, limited.length)
  }

  perform(action: Action): () => void {
    switch (action.do) {
      case 'start':
        return action.by === 'call' ? this.#startCall(action) : this.#startTicket(action.by)
      case 'startAborted':
        return this.#startAborted()
      case 'callSync':
        return this.#callSync(action.end, action.move, action.fallback === true)
      case 'settle':
        return this.#settle(at(this.#running, action.pick), action.end)
      case 'settleAgain':
        return this.#settleAgain(at(this.#finished, action.pick), action.end)
      case 'abort':
        return this.#abort(at(this.#running, action.pick))
      case 'advance':
        this.#pair.advance(action.ms)
        return nothing
      case 'advanceTo':
        this.#pair.advance(this.until(action))
        return nothing
      case 'move':
        return this.#move(action.move, action.forMs)
      case 'subscribe':
        this.#pair.checker.listeners.add(action.kind)
        return nothing
      case 'unsubscribe':
        this.#pair.checker.listeners.remove(action.pick)
        return nothing
    }
  }

  // Time

  /** @returns milliseconds from now */
  until({ boundary, plusMs }: Action & { do: 'advanceTo' }): number {
    const ms = this.model.boundaries()[boundary] + plusMs - this.#pair.now
    return Number.isFinite(ms) ? Math.max(0, ms) : 0
  }

  /** The calls whose time limit ends within `ms`, in order. */
  timeouts(ms: number): Running[] {
    const until = this.#pair.now + ms
    return this.#running.filter(({ dueAt }) => dueAt <= until).sort((a, b) => a.dueAt - b.dueAt)
  }

  /** @returns the milliseconds by which time advanced */
  advanceTo({ dueAt }: Running): number {
    const ms = dueAt - this.#pair.now
    this.#pair.advance(ms)
    this.timeLimits.fire()
    return ms
  }

  /** Compares the error of a call whose time limit ended, and settles it in the model. */
  timedOut(running: Running): void {
    const { holder, dueAt, call } = running
    if (!(holder instanceof Caller)) return
    const error = errorOf(holder.ending)
    expectTimeout(error, this.#pair.breaker.name, dueAt - call.at)
    holder.expect((ending) => expectEnding(ending, { error }, holder.hasFallback))
    this.#pair.modelSettle(running, outcomeOf(this.#setup.tracker, 'other'), error)
    this.#finish(running)
  }

  // Starting

  #startCall({ abortable, timeoutMs, fallback }: Action & { do: 'start' }): () => void {
    const abort = abortable ? new AbortController() : undefined
    const holder = this.#caller({ abort, timeoutMs, fallback })
    const limit = timeoutMs ?? this.#setup.timeoutMs ?? Number.POSITIVE_INFINITY
    return () => {
      const verdict = this.#pair.modelAdmit()
      expectSame('fn runs', holder.entered, 'call' in verdict)
      if ('call' in verdict) {
        this.#running.push({ ...verdict, holder, dueAt: verdict.call.at + limit })
      } else {
        holder.expect((ending) =>
          expectRejection(ending, verdict.rejection, holder.hasFallback, this.#pair.breaker.name),
        )
      }
    }
  }

  #startTicket(by: 'acquire' | 'tryAcquire'): () => void {
    const got = endingOf(() => this.#pair.breaker[by]())
    return () => {
      const verdict = this.#pair.modelAdmit()
      const holder = 'value' in got ? got.value : undefined
      expectSame(`${by} admits`, holder !== undefined, 'call' in verdict)
      if ('rejection' in verdict) {
        if (by === 'acquire')
          expectRejection(got, verdict.rejection, false, this.#pair.breaker.name)
      } else if (holder) {
        this.#running.push({ ...verdict, holder, dueAt: Number.POSITIVE_INFINITY })
      }
    }
  }

  #startAborted(): () => void {
    const abort = new AbortController()
    const error = new Error('aborted before')
    abort.abort(error)
    const caller = this.#caller({ abort, fallback: true })
    caller.expect((ending) => expectEnding(ending, { error }, false))
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

  #callSync(
    end: End | 'promise',
    move: ManualTransition | undefined,
    hasFallback: boolean,
  ): () => void {
    const how: Ending = end === 'promise' ? { value: Promise.resolve() } : endOf(end)
    let verdict: ReturnType<Lockstep['modelAdmit']> | undefined
    let inside: Ending | undefined
    const fn = () => {
      // A difference found here must not count as an error of the function.
      inside = endingOf(() => {
        verdict = this.#pair.modelAdmit()
        if (move) this.#move(move)()
      })
      if ('error' in how) throw how.error
      return how.value
    }
    const options = hasFallback ? { fallback } : undefined
    const ending = endingOf(() => this.#pair.breaker.callSync(fn, options))
    return () => {
      if (inside && 'error' in inside) throw inside.error
      verdict ??= this.#pair.modelAdmit()
      if ('rejection' in verdict) {
        expectSame('fn runs', inside !== undefined, false)
        expectRejection(ending, verdict.rejection, hasFallback, this.#pair.breaker.name)
      } else if (end === 'promise') {
        expectSame('a promise is refused', errorOf(ending) instanceof TypeError, true)
        this.#pair.modelSettle(verdict, 'ignored')
      } else {
        expectEnding(ending, how, hasFallback)
        this.#pair.modelSettle(verdict, outcomeOf(this.#setup.tracker, end), errorOf(how))
      }
    }
  }

  // Ending

  #settle(running: Running | undefined, end: End | 'release'): () => void {
    if (running === undefined) return nothing
    if (end === 'release') return this.#release(running)
    const { holder } = running
    const how = endOf(end)
    endHolder(holder, how)
    return () => {
      if (holder instanceof Caller) {
        holder.expect((ending) => expectEnding(ending, how, holder.hasFallback))
      }
      this.#pair.modelSettle(running, outcomeOf(this.#setup.tracker, end), errorOf(how))
      this.#finish(running)
    }
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
  #settleAgain(finished: Running | undefined, end: End): () => void {
    if (finished) endHolder(finished.holder, endOf(end))
    return () => this.#pair.checker.compareReports()
  }

  #abort(running: Running | undefined): () => void {
    if (!(running?.holder instanceof Caller) || !running.holder.abort) return nothing
    const { holder } = running
    const error = new Error('aborted')
    holder.abort?.abort(error)
    return () => {
      holder.expect((ending) => expectEnding(ending, { error }, false))
      this.#pair.modelSettle(running, 'aborted', error)
      this.#finish(running)
    }
  }

  #finish(running: Running): void {
    this.#running.splice(this.#running.indexOf(running), 1)
    this.#finished.unshift(running)
    this.#finished.length = Math.min(this.#finished.length, 3)
  }

  // Manual transitions

  #move(move: ManualTransition, forMs?: number): () => void {
    const { breaker } = this.#pair
    if (move === 'trip') breaker.trip(forMs === undefined ? {} : { forMs })
    else breaker[move]()
    return () => this.#pair.modelTransition(move, forMs)
  }
}

function at<T>(list: readonly T[], pick: number): T | undefined {
  return list[pick % list.length]
}
