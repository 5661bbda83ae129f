/** Something to be measured: it does its work `times` times and says when it is done. */
export type Batch = (times: number) => Promise<void> | void

/** One way to do a subject's job. */
export interface Contender {
  readonly name: string
  readonly make: () => Batch
}

/** One job, done by several, the first of which is what the others are compared with. */
export interface Subject {
  readonly name: string
  /** Whom is compared with whom, and what is asked: at most so many times as long. */
  readonly goals: readonly {
    readonly of: string
    readonly to: string
    /** Left out where the outcome is only reported. */
    readonly ratio?: number
  }[]
  readonly contenders: readonly Contender[]
}

/** How long a batch takes, in nanoseconds. */
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

/** {@link oneByOne} for calls that reject. */
export function oneByOneFailing(call: () => Promise<unknown>): Batch {
  return async (times) => {
    for (let i = 0; i < times; i++) {
      try {
        await call()
      } catch {
        // expected: what is measured is how much it costs
      }
    }
  }
}

/** Starts `width` calls at once, again and again. */
export function together(call: () => Promise<unknown>, width: number): Batch {
  return async (times) => {
    for (let done = 0; done < times; done += width) {
      const calls: Promise<unknown>[] = []
      for (let i = 0; i < width; i++) calls.push(call())
      await Promise.all(calls)
    }
  }
}
