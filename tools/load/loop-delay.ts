import { monitorEventLoopDelay } from 'node:perf_hooks'

/** Event-loop delay, in ms. */
export interface LoopDelay {
  readonly p50: number
  readonly p99: number
  readonly max: number
}

const RESOLUTION_MS = 10

/** Measures the event-loop delay of this process. */
export class LoopDelayMonitor {
  readonly #histogram = monitorEventLoopDelay({ resolution: RESOLUTION_MS })

  constructor() {
    this.#histogram.enable()
  }

  get delay(): LoopDelay {
    // the histogram holds the time between two timer ticks; the delay is what exceeds the resolution
    const ms = (ns: number) => Math.max(0, ns / 1e6 - RESOLUTION_MS)
    return {
      p50: ms(this.#histogram.percentile(50)),
      p99: ms(this.#histogram.percentile(99)),
      max: ms(this.#histogram.max),
    }
  }

  /** Runs `run` without counting the delay that it causes. */
  async pauseDuring(run: () => Promise<void>): Promise<void> {
    this.#histogram.disable()
    await run()
    this.#histogram.enable()
  }

  reset(): void {
    this.#histogram.reset()
  }
}
