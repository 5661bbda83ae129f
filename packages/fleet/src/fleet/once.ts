import type { Listener, ListenerObject, Signal } from '@fluxgate/core'
import { check } from '../validation.ts'

/** For each signal, whether this instance notifies. Signals of circuits without a fleet are absent. */
export type Decisions = WeakMap<Signal, boolean | Promise<boolean>>

/** Wraps a listener so that only one instance of the fleet calls it for each change. */
export function onceListener(listener: Listener, decisions: Decisions): ListenerObject {
  const inner: ListenerObject = typeof listener === 'function' ? { onSignal: listener } : listener
  const hasOnSignal = typeof inner?.onSignal === 'function'
  check(hasOnSignal, 'once: listener', 'a listener with onSignal', typeof listener)
  const notify = (signal: Signal, notifies: boolean) =>
    notifies ? inner.onSignal?.(signal) : undefined
  // inherits the other callbacks and options of the listener
  const wrapper: ListenerObject = Object.create(inner)
  wrapper.onSignal = (signal) => {
    const decision = decisions.get(signal) ?? true
    return typeof decision === 'boolean'
      ? notify(signal, decision)
      : decision.then((notifies) => notify(signal, notifies))
  }
  for (const callback of ['onCall', 'onAttach'] as const) {
    const method = inner[callback]
    // private fields need the listener itself as `this`
    if (typeof method === 'function') wrapper[callback] = method.bind(inner) as never
  }
  return wrapper
}
