/** The measured work, done `times` times. */
export type Batch = (times: number) => Promise<void> | void

/** One implementation of a subject. */
interface Candidate {
  readonly name: string
  readonly make: () => Batch
}

/** One job, done by several candidates. */
export interface Subject {
  readonly name: string
  /** The pairs to compare: `of` may take at most `ratio` times as long as `to`. */
  readonly goals: readonly {
    readonly of: string
    readonly to: string
    /** Omitted for ratios that are only reported. */
    readonly ratio?: number
  }[]
  readonly candidates: readonly Candidate[]
}

/** The duration of a batch, in nanoseconds. */
export async function timedNs(batch: Batch, times: number): Promise<number> {
  const start = performance.now()
  await batch(times)
  return (performance.now() - start) * 1e6
}

/** Awaits each call before the next one starts. */
export function oneByOne(call: () => Promise<unknown>): Batch {
  return async (times) => {
    for (let i = 0; i < times; i++) await call()
  }
}

/** Like {@link oneByOne}, for calls that reject. */
export function oneByOneFailing(call: () => Promise<unknown>): Batch {
  return async (times) => {
    for (let i = 0; i < times; i++) {
      try {
        await call()
      } catch {
        // the rejection is part of the measured work
      }
    }
  }
}

/** Starts `width` calls at once and awaits all of them before the next group. */
export function together(call: () => Promise<unknown>, width: number): Batch {
  return async (times) => {
    for (let done = 0; done < times; done += width) {
      const calls: Promise<unknown>[] = []
      for (let i = 0; i < width; i++) calls.push(call())
      await Promise.all(calls)
    }
  }
}
