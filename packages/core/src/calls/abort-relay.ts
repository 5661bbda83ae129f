/** Who waits on a signal. A listener as an object: a closure would keep the first who waited. */
class Relay extends Set<() => void> {
  handleEvent(): void {
    for (const tell of this) tell()
  }
}

const relays = new WeakMap<AbortSignal, Relay>()

/**
 * Calls `tell` when `signal` aborts, until the function it returns is called.
 *
 * However many wait on a signal, it has one listener of ours, and none while nobody waits: Node
 * walks all listeners of a signal to add one, and warns of more than ten.
 */
export function onAbort(signal: AbortSignal, tell: () => void): () => void {
  const relay = relays.get(signal) ?? new Relay()
  relays.set(signal, relay)
  if (relay.size === 0) signal.addEventListener('abort', relay)
  relay.add(tell)
  return () => {
    if (relay.delete(tell) && relay.size === 0) signal.removeEventListener('abort', relay)
  }
}
