/** The reference of the benchmarks: an async wrapper with two clock reads and a ring of 100 durations. */
export class Minimum {
  readonly #ring = new Float64Array(100)
  #next = 0

  async call<T>(fn: () => Promise<T>): Promise<T> {
    const start = performance.now()
    try {
      const value = await fn()
      this.#record(performance.now() - start)
      return value
    } catch (error) {
      this.#record(start - performance.now())
      throw error
    }
  }

  #record(durationMs: number): void {
    this.#ring[this.#next] = durationMs
    this.#next = this.#next === 99 ? 0 : this.#next + 1
  }
}
