import { monitorEventLoopDelay } from 'node:perf_hooks'

/** How late the event loop was, in ms. */
export interface LoopDelay {
  readonly p50: number
  readonly p99: number
  readonly max: number
}

const RESOLUTION_MS = 10

/** Measures how late the event loop of this process is. */
export class LoopWatch {
  readonly #histogram = monitorEventLoopDelay({ resolution: RESOLUTION_MS })

  constructor() {
    this.#histogram.enable()
  }

  get delay(): LoopDelay {
    // the histogram holds the time between two ticks of a timer, which is late by what exceeds its pace
    const ms = (ns: number) => Math.max(0, ns / 1e6 - RESOLUTION_MS)
    return {
      p50: ms(this.#histogram.percentile(50)),
      p99: ms(this.#histogram.percentile(99)),
      max: ms(this.#histogram.max),
    }
  }

  /** Does something that holds up the loop and is not to be counted. */
  async aside(run: () => Promise<void>): Promise<void> {
    this.#histogram.disable()
    await run()
    this.#histogram.enable()
  }

  reset(): void {
    this.#histogram.reset()
  }
}
