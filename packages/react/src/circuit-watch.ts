import type { CircuitBreaker, Metrics, Snapshot } from '@fluxgate/core'
import { type BoundActions, type CircuitView, viewOf } from './circuit-view.ts'
import { beatOf } from './shared-interval.ts'
import { type Subscribe, sharedSubscription } from './shared-subscription.ts'

/** How soon to look again for what comes without a signal: a lease that ends, a ramp that begins. */
const HALF_OPEN_POLL_MS = 100

/**
 * One circuit for all components that show it: it listens once, and tells them when what they see
 * may have changed.
 */
export interface CircuitWatch {
  readonly subscribe: Subscribe
  /** What is here, or for a render that must match the server's page, what the server sent. */
  readonly view: (sent?: Snapshot) => CircuitView
}

/** With `throttleMs` it sees metrics too, and renews them that often. */
function watch(circuit: CircuitBreaker, doers: BoundActions, throttleMs: number): CircuitWatch {
  const last: { here?: CircuitView; sent?: CircuitView } = {}
  let pinned: Metrics | undefined

  const subscribe = sharedSubscription((tell) => {
    let leaveCalls: (() => void) | undefined
    let nextLook: ReturnType<typeof setTimeout> | undefined

    const look = () => {
      clearTimeout(nextLook)
      const { state, retryAt, permitted } = circuit.snapshot()
      const probing = state === 'half_open'
      // probes come and go without a signal, and with them the room for another one
      if (probing) leaveCalls ??= circuit.subscribe({ onCall: look })
      else stopListeningToCalls()
      if (!permitted && (probing || retryAt)) {
        const leftMs = (retryAt ?? 0) - circuit.clock.timestamp()
        // on the whole second, which is when countdowns change
        nextLook = setTimeout(look, leftMs > 0 ? leftMs % 1_000 || 1_000 : HALF_OPEN_POLL_MS)
      }
      tell()
    }

    // by the clock, not by the call: a busy circuit is not slowed, and calls leave a time window unheard
    const renew = () => {
      pinned = circuit.snapshot().metrics
      look()
    }

    const stopListeningToCalls = () => {
      leaveCalls?.()
      leaveCalls = undefined
    }

    const leave = circuit.subscribe(renew)
    const leaveBeat = throttleMs && beatOf(throttleMs)(renew)
    renew()
    return () => {
      leave()
      if (leaveBeat) leaveBeat()
      stopListeningToCalls()
      clearTimeout(nextLook)
      pinned = undefined
    }
  })

  return {
    subscribe,
    view(sent) {
      const snapshot = sent ?? circuit.snapshot()
      const metrics = throttleMs && ((!sent && pinned) || snapshot.metrics)
      const place = sent ? 'sent' : 'here'
      last[place] = viewOf(snapshot, doers, metrics, last[place])
      return last[place]
    },
  }
}

interface Shared {
  readonly doers: BoundActions
  readonly watches: Record<number, CircuitWatch>
}

const sharedOf = new WeakMap<CircuitBreaker, Shared>()

/** The one watch that all components with these wishes share; `throttleMs` is 0 without metrics. */
export function watchOf(circuit: CircuitBreaker, throttleMs = 0): CircuitWatch {
  let shared = sharedOf.get(circuit)
  if (!shared) {
    const call: CircuitBreaker['call'] = (fn, options) => circuit.call(fn, options)
    shared = { doers: { call, reset: () => circuit.reset() }, watches: {} }
    sharedOf.set(circuit, shared)
  }
  shared.watches[throttleMs] ??= watch(circuit, shared.doers, throttleMs)
  return shared.watches[throttleMs]
}
