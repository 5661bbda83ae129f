/** Runs one candidate in isolation, so that other calls do not affect how the engine optimizes it. */
export interface Runner {
  readonly name: string
  /** Does the job `times` times. Resolves with the duration in nanoseconds. */
  run(times: number): Promise<number>
  end(): void
}
