import type { CircuitHandle, Metrics, Snapshot } from '@fluxgate/core'
import { type BoundActions, type CircuitView, viewOf } from './circuit-view.ts'
import { sharedInterval } from './shared-interval.ts'
import { type Subscribe, sharedSubscription } from './shared-subscription.ts'

/** For changes in half-open that emit no signal: a lease that expires, a ramp that begins. */
const HALF_OPEN_POLL_MS = 100

/** A store of one circuit, shared by the components that show it. It subscribes to the circuit once. */
export interface CircuitWatch {
  /** Calls back when the view may have changed. */
  readonly subscribe: Subscribe
  /** The current view, or the view of the server's snapshot, for a render that must match its HTML. */
  readonly view: (serverSnapshot?: Snapshot) => CircuitView
}

/** @param throttleMs how often the view gets new metrics; 0: the view has no metrics */
function watch(circuit: CircuitHandle, actions: BoundActions, throttleMs: number): CircuitWatch {
  const last: { client?: CircuitView; server?: CircuitView } = {}
  let throttledMetrics: Metrics | undefined

  const subscribe = sharedSubscription((notify) => {
    let unsubscribeCalls: (() => void) | undefined
    let timer: ReturnType<typeof setTimeout> | undefined

    const update = () => {
      clearTimeout(timer)
      const { state, retryAt, permitted } = circuit.snapshot()
      const halfOpen = state === 'half_open'
      // Probes start and settle without a signal, and change `permitted`.
      if (halfOpen) unsubscribeCalls ??= circuit.subscribe({ onCall: update })
      else stopListeningToCalls()
      if (!permitted && (halfOpen || retryAt)) {
        const leftMs = (retryAt ?? 0) - circuit.clock.timestamp()
        // at the whole second, when countdowns change
        timer = setTimeout(update, leftMs > 0 ? leftMs % 1_000 || 1_000 : HALF_OPEN_POLL_MS)
      }
      notify()
    }

    // By interval, not by call: this adds no work to calls, and shows calls that expire from a window.
    const renewMetrics = () => {
      throttledMetrics = circuit.snapshot().metrics
      update()
    }

    const stopListeningToCalls = () => {
      unsubscribeCalls?.()
      unsubscribeCalls = undefined
    }

    const unsubscribe = circuit.subscribe(renewMetrics)
    const stopInterval = throttleMs && sharedInterval(throttleMs)(renewMetrics)
    renewMetrics()
    return () => {
      unsubscribe()
      if (stopInterval) stopInterval()
      stopListeningToCalls()
      clearTimeout(timer)
      throttledMetrics = undefined
    }
  })

  return {
    subscribe,
    view(serverSnapshot) {
      const snapshot = serverSnapshot ?? circuit.snapshot()
      const metrics = throttleMs && ((!serverSnapshot && throttledMetrics) || snapshot.metrics)
      const side = serverSnapshot ? 'server' : 'client'
      last[side] = viewOf(snapshot, actions, metrics, last[side])
      return last[side]
    },
  }
}

interface Watches {
  readonly actions: BoundActions
  readonly byThrottleMs: Record<number, CircuitWatch>
}

const watchesOf = new WeakMap<CircuitHandle, Watches>()

/** The shared watch of a circuit for this `throttleMs`, which is 0 without metrics. */
export function watchOf(circuit: CircuitHandle, throttleMs = 0): CircuitWatch {
  let watches = watchesOf.get(circuit)
  if (!watches) {
    const call: CircuitHandle['call'] = (fn, options) => circuit.call(fn, options)
    watches = { actions: { call, reset: () => circuit.reset() }, byThrottleMs: {} }
    watchesOf.set(circuit, watches)
  }
  const { actions, byThrottleMs } = watches
  byThrottleMs[throttleMs] ??= watch(circuit, actions, throttleMs)
  return byThrottleMs[throttleMs]
}
