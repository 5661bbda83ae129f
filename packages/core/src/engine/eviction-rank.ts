import type { ResolvedOptions } from './breaker-options.ts'
import type { CircuitController } from './circuit-controller.ts'

/** What a registry may evict: the circuits of rank 1 first. */
export type EvictionRank = 1 | 2 | 3 | 4

/**
 * The rank of a circuit among those that a registry may evict, or undefined when it must be kept.
 *
 * A circuit is idle when it has no call in flight, or when its last call began longer ago than a call
 * may take: a ticket that is never settled does not keep its circuit. A user interface that watches a
 * circuit keeps it.
 *
 * @param usedAt when the last call came, in monotonic ms
 */
export function evictionRank(circuit: CircuitController, usedAt: number): EvictionRank | undefined {
  const { options, current: state } = circuit
  if (circuit.queue?.watched) return undefined
  const now = circuit.now()
  const unusedMs = now - usedAt
  switch (state.kind) {
    case 'metrics_only':
    case 'disabled':
      // A circuit that begins in this state rests in it as others do in closed.
      return options.rare.initial === state.kind ? restingRank(circuit, unusedMs, now) : undefined
    case 'closed':
      return restingRank(circuit, unusedMs, now)
    case 'open': {
      const delayMs = Math.max(0, (state.retryAt ?? 0) - state.since)
      return now >= state.probeAt + delayMs ? 3 : undefined
    }
    case 'half_open':
      return Math.min(unusedMs, now - state.startedAt) >= leaseMs(options) ? 4 : undefined
    case 'forced_open':
      return undefined
    default:
      return state satisfies never
  }
}

function restingRank(
  { options, inFlight, current: { window } }: CircuitController,
  unusedMs: number,
  now: number,
): EvictionRank | undefined {
  const idle = inFlight === 0 || unusedMs >= leaseMs(options)
  if (!idle) return undefined
  window.expire(now)
  return window.failures === 0 ? 1 : 2
}

/** The longest time that a call is expected to take. */
function leaseMs({ probeLeaseMs, timeoutMs = 0 }: ResolvedOptions): number {
  return timeoutMs < Infinity ? Math.max(probeLeaseMs, timeoutMs) : probeLeaseMs
}
