import type { CircuitBreaker } from '@fluxgate/core'
import { isCallNotPermitted } from '@fluxgate/core'

/** The first admissions of a process compile the code. */
const COMPILING = 20
/** What an admission may cost, in ms of CPU time. */
const LIMIT_MS = 1

/** Calls through a breaker, and measures what admitting them costs. */
export class AdmissionMeter {
  succeeded = 0
  failed = 0
  rejected = 0
  /** Calls that were neither started nor rejected before the event loop went on. */
  waited = 0
  admissions = 0
  /** Admissions that took more than 1 ms of CPU time. */
  slowAdmissions = 0
  /** The largest CPU time of an admission in ms. */
  maxMs = 0

  async call(breaker: CircuitBreaker, request: (signal: AbortSignal | undefined) => Promise<void>) {
    const cost = startMeasuring()
    let admittedMs: number | undefined
    let settled = false
    const result = breaker.call(({ signal }) => {
      admittedMs = cost()
      return request(signal)
    })
    this.#record(admittedMs ?? cost())
    if (admittedMs === undefined) {
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

  #record(ms: number): void {
    this.admissions++
    if (this.admissions <= COMPILING) return
    this.maxMs = Math.max(this.maxMs, ms)
    if (ms > LIMIT_MS) this.slowAdmissions++
  }
}

/**
 * Returns a function that returns the ms since now, at most those of CPU time. The time of the wall clock
 * contains other processes, the CPU time of the process contains its garbage collector's threads.
 */
function startMeasuring(): () => number {
  const start = performance.now()
  const before = process.cpuUsage()
  return () => {
    const { user, system } = process.cpuUsage(before)
    return Math.min((user + system) / 1_000, performance.now() - start)
  }
}
