import type { RecordedCall } from './rule-model.ts'
import type { PermitSetup, RetrySetup, Setup } from './setup.ts'

/** Contract, section 2: drawn once, jitter in both directions, clamped last, always finite. */
export function retryDelay(retry: RetrySetup, reopens: number, chance: number): number {
  switch (retry.type) {
    case 'retryAlways':
      return 0
    case 'retryNever':
      return Number.POSITIVE_INFINITY
    case 'cooldown':
      return jittered(retry.durationMs, retry.jitter, chance)
    case 'backoff': {
      const grown = Math.min(Number.MAX_VALUE, retry.initialMs * retry.multiplier ** reopens)
      return Math.min(retry.maxMs, jittered(grown, retry.jitter, chance))
    }
  }
}

function jittered(delayMs: number, jitter: number, chance: number): number {
  return delayMs * (1 - jitter + 2 * jitter * chance)
}

/** Contract, section 2: whether the permit admits a call at this draw. */
export function permits(
  permit: PermitSetup,
  elapsedMs: number,
  reopens: number,
  recorded: readonly RecordedCall[],
  chance: number,
): boolean {
  switch (permit.type) {
    case 'all':
      return true
    case 'random':
      return chance < permit.ratio
    case 'cautious':
      return recorded.every((call) => !call.failed)
    case 'early':
      return reopens === 0
    case 'patient':
      return elapsedMs >= permit.afterMs
    case 'ramp': {
      const done = Math.min(1, elapsedMs / permit.durationMs)
      return chance < permit.from + (permit.to - permit.from) * done
    }
  }
}

/** Contract, section 3: a lease is at least as long as the finite time limit of its call. */
export function leaseOf({ probeLeaseMs, timeoutMs }: Setup, limitMs: number): number {
  const own = probeLeaseMs ?? Math.max(60_000, finite(timeoutMs ?? 0))
  return Math.max(own, finite(limitMs))
}

const finite = (ms: number) => (ms === Number.POSITIVE_INFINITY ? 0 : ms)
