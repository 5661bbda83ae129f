import { boundaries } from './admission-model.ts'
import { CallDriver } from './call-driver.ts'
import type { Epoch } from './epoch.ts'
import { Lockstep, type TripOptions } from './lockstep.ts'
import type { Model } from './model.ts'
import type { Action, ManualTransition } from './operation.ts'
import type { Running } from './running.ts'
import type { Setup } from './setup.ts'

const nothing = () => {}

/**
 * Applies steps to the breaker and the model.
 *
 * `perform` applies a step to the breaker and returns a function that applies it to the model. Promises
 * may have to settle in between.
 */
export class Driver {
  readonly #pair: Lockstep
  readonly #calls: CallDriver

  constructor(setup: Setup) {
    this.#pair = new Lockstep(setup)
    this.#calls = new CallDriver(this.#pair, setup)
  }

  get model(): Model {
    return this.#pair.model
  }

  get running(): readonly Running[] {
    return this.#calls.running
  }

  /** Every kind of signal and call event so far. */
  get kinds(): readonly string[] {
    return this.#pair.checker.kinds
  }

  /** The epoch that made the last rejection that a caller received. */
  get ownRejectionEpoch(): Epoch | undefined {
    return this.#calls.ownRejectionEpoch
  }

  set chance(chance: number) {
    this.#pair.chance = chance
  }

  compareSnapshot(): void {
    this.#pair.checker.compareSnapshot()
  }

  /** True while a promise of the breaker is pending. */
  get hasCallers(): boolean {
    return this.#calls.hasCallers
  }

  /** Checks what the callers of `call` received. Their promises must have had time to settle. */
  checkCallers(): void {
    this.#calls.checkCallers()
  }

  perform(action: Action): () => void {
    const calls = this.#calls
    switch (action.do) {
      case 'start':
        return action.by === 'call' ? calls.startCall(action) : calls.startTicket(action)
      case 'startAborted':
        return calls.startAborted(action.deadline === true)
      case 'callSync': {
        const { move } = action
        return calls.callSync(
          action.end,
          move && (() => this.#move(move)),
          action.fallback === true,
        )
      }
      case 'settle':
        return calls.settle(action.pick, action.end)
      case 'settleAgain':
        return calls.settleAgain(action.pick, action.end)
      case 'abort':
        return calls.abort(action.pick, action.deadline === true)
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
    return this.running.filter(({ dueAt }) => dueAt <= until).sort((a, b) => a.dueAt - b.dueAt)
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

  /** After a timer that fired late, or in time. */
  firedLate(running: Running): void {
    this.#calls.firedLate(running)
  }

  /** After a timer that fired in time. */
  timedOut(running: Running): void {
    this.#calls.timedOut(running)
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
