import { type UntilRetry, untilRetry } from '../internal/until-retry.ts'
import { checkMethods } from '../internal/validation.ts'
import type { CircuitHandle } from '../model/circuit-handle.ts'

/**
 * Milliseconds until an open circuit may probe, at least 0. Undefined in other states and for never.
 *
 * It uses the monotonic clock of the circuit, so that a change of the wall clock has no effect. The
 * difference of `retryAt` and `Date.now()` would be wrong then.
 *
 * @throws TypeError when `circuit` is not a circuit
 * @example
 * const seconds = Math.ceil((untilRetryMs(payments) ?? 0) / 1_000)
 */
export function untilRetryMs(circuit: CircuitHandle): number | undefined {
  checkMethods('snapshot')('untilRetryMs: circuit', circuit)
  const { retryAt, since } = circuit.snapshot()
  if (retryAt === undefined) return undefined
  const ms = (circuit as UntilRetry)[untilRetry]?.()
  if (ms !== undefined) return ms
  // a handle that only implements the interface
  return Math.max(0, Math.min(retryAt - circuit.clock.timestamp(), retryAt - since))
}
