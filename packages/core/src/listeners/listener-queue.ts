import { runSafely } from '../internal/error-handler.ts'
import { isThenable } from '../internal/thenable.ts'
import type { CallEvent, Signal } from '../model/signal.ts'
import type { Listener, ListenerObject } from './listener.ts'

const MAX_WAITING = 1_000

interface Member {
  readonly listener: ListenerObject
  joined: boolean
  undo?: () => void
  /** Signals that wait for the promise of an earlier one; undefined while none is pending. */
  waiting?: Signal[] | undefined
}

/**
 * Brings signals to the listeners of one circuit: each gets every signal in order, and none can
 * harm the caller, the circuit or the others.
 */
export class ListenerQueue {
  readonly #report: (error: unknown) => void
  // replaced, never changed: whoever goes through it is not disturbed by a join or a leave
  #members: readonly Member[] = []
  #callMembers: readonly Member[] = []
  #signals: { readonly signal: Signal; readonly to: readonly Member[] }[] = []
  #delivering = false
  readonly #busy = new Set<Promise<void>>()

  constructor(report: (error: unknown) => void) {
    this.#report = report
  }

  get wantsCalls(): boolean {
    return this.#callMembers.length > 0
  }

  /** Nobody wants calls, and no signal is to be handed over: after a call there is nothing to do. */
  get idle(): boolean {
    return this.#callMembers.length === 0 && this.#signals.length === 0
  }

  add(listener: Listener, attach: (listener: ListenerObject) => unknown): () => void {
    const member: Member = {
      listener: typeof listener === 'function' ? { onSignal: listener } : listener,
      joined: true,
    }
    this.#set([...this.#members, member])
    this.#run(() => {
      const undo = attach(member.listener)
      if (typeof undo !== 'function') return
      if (member.joined) member.undo = undo as () => void
      else undo()
    })
    return () => this.#remove(member)
  }

  clear(): void {
    for (const member of this.#members) this.#remove(member)
  }

  /** Takes a signal to those who listen now; {@link deliver} hands it over. */
  push(signal: Signal): void {
    this.#signals.push({ signal, to: this.#members })
  }

  /**
   * Hands over what was pushed. A listener that moves the circuit pushes behind, not in between. Two
   * that move it back and forth would go on for ever: after {@link MAX_WAITING} signals they are not
   * told of the last one.
   */
  deliver(): void {
    if (this.#delivering || this.#signals.length === 0) return
    this.#delivering = true
    // as it goes, it comes to what is pushed meanwhile
    for (const [told, { signal, to }] of this.#signals.entries()) {
      if (told === MAX_WAITING) {
        this.#report(
          new Error(`listeners moved the circuit ${MAX_WAITING} times, one after another`),
        )
        break
      }
      for (const member of to) if (member.joined) this.#deliverTo(member, signal)
    }
    this.#signals.length = 0
    this.#delivering = false
  }

  notifyCall(event: CallEvent): void {
    for (const member of this.#callMembers) {
      if (member.joined) this.#run(() => member.listener.onCall?.(event))
    }
  }

  async flush(): Promise<void> {
    while (this.#busy.size > 0) await Promise.all(this.#busy)
  }

  #set(members: readonly Member[]): void {
    this.#members = members
    this.#callMembers = members.filter(({ listener }) => listener.onCall !== undefined)
  }

  #remove(member: Member): void {
    if (!member.joined) return
    member.joined = false
    this.#set(this.#members.filter((other) => other !== member))
    this.#run(() => member.undo?.())
  }

  #deliverTo(member: Member, signal: Signal): void {
    const { listener, waiting } = member
    if (waiting === undefined) {
      this.#run(() => {
        const result: unknown = listener.onSignal?.(signal)
        if (!isThenable(result)) return
        const drained = this.#drain(member, result)
        this.#busy.add(drained)
        void drained.then(() => this.#busy.delete(drained))
      })
    } else if (waiting.push(signal) > MAX_WAITING) {
      waiting.shift()
      this.#report(
        new Error(`a listener is ${MAX_WAITING} signals behind; the oldest one was dropped`),
      )
    }
  }

  async #drain(member: Member, first: PromiseLike<unknown>): Promise<void> {
    const waiting: Signal[] = []
    member.waiting = waiting
    const tell = async (signal: Signal) => member.listener.onSignal?.(signal)
    let turn = first
    for (;;) {
      try {
        await turn
      } catch (error) {
        this.#report(error)
      }
      const next = waiting.shift()
      if (next === undefined) break
      turn = tell(next)
    }
    member.waiting = undefined
  }

  #run(run: () => unknown): void {
    runSafely(run, this.#report)
  }
}
