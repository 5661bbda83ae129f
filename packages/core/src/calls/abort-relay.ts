/**
 * The callbacks for one signal. It is a listener object, because a closure would keep the first
 * callback alive.
 */
class AbortRelay extends Set<() => void> {
  handleEvent(): void {
    for (const callback of this) callback()
  }
}

const relays = new WeakMap<AbortSignal, AbortRelay>()

/**
 * Calls `callback` when `signal` aborts, until the returned function is called.
 *
 * A signal has at most one event listener for all callbacks, and it is removed with the last
 * callback. Node walks all listeners of a signal to add one, and warns when there are more than ten.
 */
export function onAbort(signal: AbortSignal, callback: () => void): () => void {
  const relay = relays.get(signal) ?? new AbortRelay()
  relays.set(signal, relay)
  if (relay.size === 0) signal.addEventListener('abort', relay)
  relay.add(callback)
  return () => {
    if (relay.delete(callback) && relay.size === 0) signal.removeEventListener('abort', relay)
  }
}
