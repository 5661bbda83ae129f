import { callOrDefault } from '../internal/error-handler.ts'
import { rejectPromise } from '../internal/policy-result.ts'
import { checkNumber } from '../internal/validation.ts'
import type { Metrics } from '../model/metrics.ts'
import { requestedDelayMs } from '../policies/retries.ts'
import type { ResolvedOptions } from './breaker-options.ts'

/** Used when the retry schedule throws or returns an invalid delay. */
const DEFAULT_DELAY_MS = 30_000

/**
 * The time in ms from an opening to the next probe: from the retry schedule, unless `error` requests
 * a delay. A requested delay is only a minimum for reopenings, so that backoff goes on. `Infinity` means
 * that the circuit never probes.
 */
export function nextProbeDelayMs(
  options: ResolvedOptions,
  reopens: number,
  error: unknown,
  metrics: Metrics,
): number {
  const { retry, rare } = options
  return callOrDefault(options, 'retry', DEFAULT_DELAY_MS, () => {
    const delayMs = retry.delayMs({ reopens, error, metrics, random: rare.random })
    rejectPromise('retry: delayMs', 'a number', delayMs)
    checkNumber('retry: delayMs', delayMs, 'a number of at least 0', (ms) => ms >= 0)
    const requestedMs = (delayMs < Infinity && requestedDelayMs(error)) || delayMs
    return reopens === 0 ? requestedMs : Math.max(requestedMs, delayMs)
  })
}
