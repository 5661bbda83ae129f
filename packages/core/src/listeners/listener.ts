import type { CircuitBreaker } from '../circuit-breaker.ts'
import type { CallEvent, Signal } from '../model/signal.ts'

/** A listener with any of three ears. */
export interface ListenerObject {
  /**
   * Every transition, and every shadow verdict, in order. What it returns is nobody's concern, but for
   * a promise: calls never wait for that, the next signal does.
   *
   * Two limits, each told to `onError`: of more than 1,000 signals that wait for its promise the
   * oldest are dropped, and listeners that move the circuit in answer to one another are cut off
   * after 1,000 signals.
   */
  onSignal?(signal: Signal): unknown
  /** Every call. Costs nothing when no listener has it. */
  onCall?(event: CallEvent): void
  /** When it joins a circuit; the function it returns is called when it leaves. */
  // biome-ignore lint/suspicious/noConfusingVoidType: a listener without an undo returns nothing
  onAttach?(circuit: CircuitBreaker): void | (() => void)
}

/** What is told of a circuit's transitions: a function, or an object with more ears. */
export type Listener = ((signal: Signal) => unknown) | ListenerObject
