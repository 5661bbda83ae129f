import type { CircuitHandle, EventCallbacks } from '../model/circuit-handle.ts'
import type { Signal } from '../model/signal.ts'

/** A listener as an object. All callbacks are optional, but one must be present. */
export interface ListenerObject extends EventCallbacks {
  /** Called when the listener is subscribed. A function it returns is called on unsubscribe. */
  // biome-ignore lint/suspicious/noConfusingVoidType: a listener without cleanup returns nothing
  onAttach?(circuit: CircuitHandle): void | (() => void)
}

/** A callback for the transitions of a circuit, or an object with several callbacks. */
export type Listener = ((signal: Signal) => unknown) | ListenerObject
