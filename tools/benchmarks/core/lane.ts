/** A contender in a place of its own, where nobody else's calls spoil what the engine learns of it. */
export interface Lane {
  readonly name: string
  /** Does its job `times` times, and answers with the nanoseconds that took. */
  run(times: number): Promise<number>
  end(): void
}
