import { startTimer } from '../internal/timer.ts'
import type { CircuitHandle } from '../model/circuit-handle.ts'
import { type Subscribe, sharedSubscription } from './shared-subscription.ts'
import { untilRetryMs } from './until-retry-ms.ts'

/** For changes that emit no event: a probe that starts, a lease that expires, a ramp, a permit. */
const POLL_MS = 100

/** The longest wait for a retry time, because timers stand still while a computer sleeps. */
const MAX_WAIT_MS = 1_000

/**
 * The subscription to everything but metrics that can change in the snapshot of a circuit. It may
 * call back when nothing has changed. All subscribers of a circuit share it.
 */
export function stateChanges(circuit: CircuitHandle): Subscribe {
  const changes = changesOf.get(circuit) ?? sharedSubscription((notify) => watch(circuit, notify))
  changesOf.set(circuit, changes)
  return changes
}

const changesOf = new WeakMap<CircuitHandle, Subscribe>()

function watch(circuit: CircuitHandle, notify: () => void): () => void {
  let cancelTimer: (() => void) | undefined
  let unsubscribeCalls: (() => void) | undefined

  const stop = () => {
    cancelTimer?.()
    cancelTimer = undefined
  }

  const stopListeningToCalls = () => {
    unsubscribeCalls?.()
    unsubscribeCalls = undefined
  }

  const follow = () => {
    stop()
    const { state, retryAt, permitted } = circuit.snapshot()
    const halfOpen = state === 'half_open'
    // Probes settle without a signal, and change `permitted`.
    if (halfOpen) unsubscribeCalls ??= circuit.subscribe({ onCall: update, timed: false })
    else stopListeningToCalls()
    if (!halfOpen && (retryAt === undefined || permitted)) return
    const leftMs = halfOpen ? 0 : Math.ceil(untilRetryMs(circuit) ?? 0)
    cancelTimer = startTimer(
      circuit.clock,
      update,
      leftMs > 0 ? Math.min(leftMs, MAX_WAIT_MS) : POLL_MS,
    )
  }

  const update = () => {
    follow()
    notify()
  }

  const listener = { onSignal: update, onSilentChange: update, keepsCircuit: true }
  const unsubscribe = circuit.subscribe(listener)
  follow()
  return () => {
    unsubscribe()
    stopListeningToCalls()
    stop()
  }
}
