import type { CircuitBreaker } from '@fluxgate/core'
import { isCallNotPermitted } from '@fluxgate/core'

const SAMPLES = 200_000

/** Calls through a breaker, and measures what admitting them costs. */
export class AdmissionMeter {
  succeeded = 0
  failed = 0
  rejected = 0
  /** Calls that were neither started nor rejected before the event loop went on. */
  waited = 0
  readonly #costs: number[] = []

  async call(breaker: CircuitBreaker, request: (signal: AbortSignal | undefined) => Promise<void>) {
    const before = cpuMs()
    let admitted: number | undefined
    let settled = false
    const result = breaker.call(({ signal }) => {
      admitted = cpuMs()
      return request(signal)
    })
    this.#record((admitted ?? cpuMs()) - before)
    if (admitted === undefined) {
      setImmediate(() => {
        if (!settled) this.waited++
      })
    }
    try {
      await result
      this.succeeded++
    } catch (error) {
      if (isCallNotPermitted(error)) this.rejected++
      else this.failed++
    } finally {
      settled = true
    }
  }

  /** The admission cost in CPU ms that the given share of calls does not exceed. */
  quantile(share: number): number {
    const sorted = this.#costs.sort((a, b) => a - b)
    return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0
  }

  #record(ms: number): void {
    if (this.#costs.length < SAMPLES) this.#costs.push(ms)
  }
}

function cpuMs(): number {
  const { user, system } = process.cpuUsage()
  return (user + system) / 1_000
}
