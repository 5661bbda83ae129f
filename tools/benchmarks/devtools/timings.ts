/** The durations of one repeated step. */
export class Timings {
  static readonly head = row('', ['p50', 'p95', 'max'])
  readonly #name: string
  readonly #per: number
  readonly #ms: number[] = []

  /** @param per number of steps in one measurement */
  constructor(name: string, per = 1) {
    this.#name = name
    this.#per = per
  }

  time<T>(run: () => T): T {
    const start = performance.now()
    const result = run()
    this.#ms.push((performance.now() - start) / this.#per)
    return result
  }

  async timeAsync(run: () => Promise<void>): Promise<void> {
    const start = performance.now()
    await run()
    this.#ms.push((performance.now() - start) / this.#per)
  }

  get line(): string {
    const sorted = [...this.#ms].sort((a, b) => a - b)
    const at = (share: number) => sorted[Math.floor((sorted.length - 1) * share)] ?? 0
    return row(
      this.#name,
      [0.5, 0.95, 1].map((share) => formatMs(at(share))),
    )
  }
}

function formatMs(ms: number): string {
  if (ms >= 1) return `${ms.toFixed(1)} ms`
  return ms >= 0.001 ? `${(ms * 1e3).toFixed(1)} µs` : `${(ms * 1e6).toFixed(0)} ns`
}

function row(name: string, cells: readonly string[]): string {
  return name.padEnd(42) + cells.map((cell) => cell.padStart(12)).join('')
}
