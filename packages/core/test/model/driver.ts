import { type Ticket, TimeoutError } from '@fluxgate/core'
import { boundaries } from './admission-model.ts'
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
import { type Admitted, Lockstep, type Rejected, type TripOptions } from './lockstep.ts'
import type { Model } from './model.ts'
import {
  type Action,
  type End,
  endOf,
  type JudgedEnd,
  type ManualTransition,
  outcomeOf,
} from './operation.ts'
import type { Setup } from './setup.ts'

/** A call or ticket in flight. */
export interface Running extends Admitted {
  readonly holder: Ticket | Caller
  /** Its time limit in ms; `Infinity` for none. */
  readonly limitMs: number
  /** Monotonic time at which its timer fires; `Infinity` for none. */
  dueAt: number
  /** The timer has fired late, and is set a second time. */
  isExtended: boolean
}

/** The lateness of a timer in ms above which the process counts as stalled. */
const MAX_LATENESS_MS = 10

const nothing = () => {}

/**
 * Applies steps to the breaker and the model.
 *
 * `perform` applies a step to the breaker and returns a function that applies it to the model. Promises
 * may have to settle in between.
 */
export class Driver {
  readonly #pair: Lockstep
  readonly #setup: Setup
  readonly #running: Running[] = []
  readonly #finished: Running[] = []
  #callers: Caller[] = []
  /** The last rejection that a caller received. */
  #ownRejection: { readonly error: unknown; readonly epoch: Epoch } | undefined

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

  get ownRejectionEpoch(): Epoch | undefined {
    return this.#ownRejection?.epoch
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
    expectSame('timers waiting', this.#pair.clock.waitingTimers, limited.length)
  }

  perform(action: Action): () => void {
    switch (action.do) {
      case 'start':
        return action.by === 'call' ? this.#startCall(action) : this.#startTicket(action)
      case 'startAborted':
        return this.#startAborted(action.deadline === true)
      case 'callSync':
        return this.#callSync(action.end, action.move, action.fallback === true)
      case 'settle':
        return this.#settle(at(this.#running, action.pick), action.end)
      case 'settleAgain':
        return this.#settleAgain(at(this.#finished, action.pick), action.end)
      case 'abort':
        return this.#abort(at(this.#running, action.pick), action.deadline === true)
      case 'advance':
      case 'stall':
        this.#pair.advance(action.ms)
        return nothing
      case 'advanceTo':
        this.#pair.advance(this.until(action))
        return nothing
      case 'stepBack':
        return this.#stepBack(action.ms)
      case 'move':
        return this.#move(action.move, action)
      case 'judge':
        return this.#judge()
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
    const ms = boundaries(this.model.situation)[boundary] + plusMs - this.#pair.now
    return Number.isFinite(ms) ? Math.max(0, ms) : 0
  }

  /** The calls whose time limit ends within `ms`, in order. */
  timeouts(ms: number): Running[] {
    const until = this.#pair.now + ms
    return this.#running.filter(({ dueAt }) => dueAt <= until).sort((a, b) => a.dueAt - b.dueAt)
  }

  /** @returns the milliseconds by which time advanced */
  advanceTo(running: Running): number {
    const ms = running.dueAt - this.#pair.now
    this.#pair.advance(ms)
    this.fire(running)
    return ms
  }

  /** Fires the timer of the call, which must be the first. */
  fire({ dueAt }: Running): void {
    this.#pair.clock.fire(dueAt)
  }

  /** A timer that fires too late is set once more, for the time by which it was late. */
  firedLate(running: Running): void {
    const lateMs = this.#pair.now - running.dueAt
    if (running.isExtended || lateMs <= MAX_LATENESS_MS) this.timedOut(running)
    else {
      running.isExtended = true
      running.dueAt = this.#pair.now + Math.min(lateMs, running.limitMs)
    }
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

  // Starting

  #startCall({ abortable, timeoutMs, fallback }: Action & { do: 'start' }): () => void {
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
        if (holder.ending) this.#remember(holder.ending, verdict)
      }
    }
  }

  #limit(timeoutMs: number | undefined): number {
    return timeoutMs ?? this.#setup.timeoutMs ?? Number.POSITIVE_INFINITY
  }

  #startTicket({ by, timeoutMs }: Action & { do: 'start' }): () => void {
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
        this.#remember(got, verdict)
      } else if (holder) {
        const dueAt = Number.POSITIVE_INFINITY // a ticket has no timer
        this.#running.push({ ...verdict, holder, limitMs, dueAt, isExtended: false })
      }
    }
  }

  #expectRejection(ending: Ending, { rejection, reason }: Rejected, hasFallback: boolean): void {
    const { name: circuitName } = this.#pair.breaker
    expectRejection(ending, rejection, hasFallback, { circuitName, reason })
  }

  #remember(ending: Ending, { epoch }: Rejected): void {
    this.#ownRejection = { error: errorOf(ending), epoch }
  }

  #isFailure(isDeadline: boolean): boolean {
    return isDeadline && this.#setup.deadline !== 'ignore'
  }

  #startAborted(isDeadline: boolean): () => void {
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

  #callSync(
    end: End | 'promise',
    move: ManualTransition | undefined,
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
        if (move) this.#move(move)()
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
        this.#remember(ending, verdict)
      } else if (end === 'promise') {
        expectSame('a promise is refused', errorOf(ending) instanceof TypeError, true)
        this.#pair.modelSettle(verdict, 'ignored')
      } else {
        expectEnding(ending, how, hasFallback)
        this.#pair.modelSettle(verdict, outcomeOf(this.#setup, end), errorOf(how), rejectedIn)
      }
    }
  }

  // Ending

  #settle(running: Running | undefined, end: End | 'release'): () => void {
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
  #rejectedIn(end: JudgedEnd | 'promise'): Epoch | undefined {
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
  #settleAgain(finished: Running | undefined, end: End): () => void {
    if (finished) endHolder(finished.holder, this.#endOf(end))
    return () => this.#pair.checker.compareReports()
  }

  #abort(running: Running | undefined, isDeadline: boolean): () => void {
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

  // Manual transitions

  #move(move: ManualTransition, { forMs, reopens }: TripOptions = {}): () => void {
    const { breaker } = this.#pair
    const schedule = {
      ...(forMs !== undefined && { forMs }),
      ...(reopens !== undefined && { reopens }),
    }
    if (move === 'trip') breaker.trip(schedule)
    else breaker[move]()
    return () => this.#pair.modelTransition(move, schedule)
  }

  #judge(): () => void {
    const { met } = this.#pair.breaker.judge()
    return () => this.#pair.modelJudge(met)
  }

  /** Time goes on from the last reading, so nothing may change. */
  #stepBack(ms: number): () => void {
    const { breaker, clock } = this.#pair
    if (clock.waitingTimers === 0) {
      breaker.snapshot()
      clock.stepBack(ms)
      breaker.snapshot()
    }
    return nothing
  }
}

function at<T>(list: readonly T[], pick: number): T | undefined {
  return list[pick % list.length]
}
