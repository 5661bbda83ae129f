/** The callbacks for one signal, and the one event listener that calls them. */
interface AbortRelay {
  readonly callbacks: Set<() => void>
  readonly listener: () => void
}

const relays = new WeakMap<AbortSignal, AbortRelay>()

/**
 * Not a part of `onAbort`, where the closure would keep the first callback alive. The listener is a
 * function, because some AbortSignals do not call objects with `handleEvent`.
 */
function createRelay(signal: AbortSignal): AbortRelay {
  const callbacks = new Set<() => void>()
  const listener = () => {
    for (const callback of callbacks) callback()
  }
  const relay = { callbacks, listener }
  relays.set(signal, relay)
  return relay
}

/**
 * Calls `callback` when `signal` aborts, until the returned function is called.
 *
 * A signal has at most one event listener for all callbacks, and it is removed with the last
 * callback. Node walks all listeners of a signal to add one, and warns when there are more than ten.
 */
export function onAbort(signal: AbortSignal, callback: () => void): () => void {
  const { callbacks, listener } = relays.get(signal) ?? createRelay(signal)
  if (callbacks.size === 0) signal.addEventListener('abort', listener)
  callbacks.add(callback)
  return () => {
    if (callbacks.delete(callback) && callbacks.size === 0) {
      signal.removeEventListener('abort', listener)
    }
  }
}
