import type { Listener, ListenerObject, Signal } from '@fluxgate/core'
import { check } from '../validation.ts'

/** Whether this instance notifies about a signal. A signal that is not in it is about no fleet. */
export type Decisions = WeakMap<Signal, boolean | Promise<boolean>>

/** Wraps a listener so that one instance of the fleet notifies it of each change. */
export function onceListener(listener: Listener, decisions: Decisions): ListenerObject {
  const inner: ListenerObject = typeof listener === 'function' ? { onSignal: listener } : listener
  const hasOnSignal = typeof inner?.onSignal === 'function'
  check(hasOnSignal, 'once: listener', 'a listener with onSignal', typeof listener)
  const pass = (signal: Signal, notifies: boolean) =>
    notifies ? inner.onSignal?.(signal) : undefined
  // An object that inherits, so that the listener keeps its other callbacks and traits.
  const wrapper: ListenerObject = Object.create(inner)
  wrapper.onSignal = (signal) => {
    const decision = decisions.get(signal) ?? true
    return typeof decision === 'boolean'
      ? pass(signal, decision)
      : decision.then((notifies) => pass(signal, notifies))
  }
  for (const callback of ['onCall', 'onAttach'] as const) {
    const method = inner[callback]
    // private fields need the listener itself as `this`
    if (typeof method === 'function') wrapper[callback] = method.bind(inner) as never
  }
  return wrapper
}
