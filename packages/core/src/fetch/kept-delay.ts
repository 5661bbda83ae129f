import type { CircuitBreaker } from '../circuit-breaker.ts'
import { isObject } from '../internal/is-object.ts'
import type { SilentChangeListener } from '../internal/silent-change.ts'
import type { EventCallbacks } from '../model/circuit-handle.ts'
import { requestedDelayMs, retryAfterMs } from '../policies/retries.ts'

/** When the longest delay of the circuit's epoch ends, in monotonic ms of its clock. */
const ends = new WeakMap<CircuitBreaker, number>()

/**
 * Keeps a delay that the service requested while the circuit stays closed or half-open, for a later
 * failure that opens it. A success of the circuit and the end of its epoch remove it.
 */
export function keepDelay(circuit: CircuitBreaker, delayMs: number): void {
  if (circuit.state !== 'closed' && circuit.state !== 'half_open') return
  const endsAt = circuit.clock.now() + delayMs
  const known = ends.get(circuit)
  ends.set(circuit, Math.max(known ?? endsAt, endsAt))
  if (known !== undefined) return
  const forget = () => {
    ends.delete(circuit)
    unsubscribe()
  }
  const listener: EventCallbacks & SilentChangeListener = {
    onSignal: forget,
    onSilentChange: forget, // reset() in closed begins a new epoch without a signal
    onCall: ({ outcome, stale }) => {
      if (outcome === 'success' && !stale) forget()
    },
  }
  const unsubscribe = circuit.subscribe(listener)
}

/** What remains of the kept delay, in ms; 0 or less without one. */
export function remainingDelayMs(circuit: CircuitBreaker): number {
  return (ends.get(circuit) ?? 0) - circuit.clock.now()
}

/**
 * Adds the kept delay to the error of a call, for the retry schedule.
 *
 * @returns a function that removes it again: the caller receives the error
 */
export function addKeptDelay(circuit: CircuitBreaker, error: unknown): (() => void) | undefined {
  const value = ends.has(circuit) ? remainingDelayMs(circuit) : 0
  if (!(value > 0) || !isObject(error) || requestedDelayMs(error)) return undefined
  const target = error as { [retryAfterMs]?: number }
  const added = Reflect.defineProperty(target, retryAfterMs, { value, configurable: true })
  return added ? () => void Reflect.deleteProperty(target, retryAfterMs) : undefined
}
