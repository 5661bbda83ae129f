interface Relay {
  readonly waiting: Set<() => void>
  readonly tellAll: () => void
}

const relays = new WeakMap<AbortSignal, Relay>()

/**
 * Calls `tell` when `signal` aborts, until the function it returns is called.
 *
 * However many wait on a signal, it has one listener of ours, and none while nobody waits: Node
 * walks all listeners of a signal to add one, and warns of more than ten.
 */
export function onAbort(signal: AbortSignal, tell: () => void): () => void {
  const { waiting, tellAll } = relayOf(signal)
  if (waiting.size === 0) signal.addEventListener('abort', tellAll)
  waiting.add(tell)
  return () => {
    if (waiting.delete(tell) && waiting.size === 0) signal.removeEventListener('abort', tellAll)
  }
}

// A function of its own: inside `onAbort`, V8 would let `tellAll` keep the first `tell` for good.
function relayOf(signal: AbortSignal): Relay {
  const known = relays.get(signal)
  if (known !== undefined) return known
  const waiting = new Set<() => void>()
  const relay = { waiting, tellAll: () => waiting.forEach((tell) => void tell()) }
  relays.set(signal, relay)
  return relay
}
