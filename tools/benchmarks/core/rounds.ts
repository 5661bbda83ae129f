import type { Runner } from './runner.ts'
import type { Subject } from './subject.ts'

/** The measured times of one candidate, in nanoseconds per call. */
interface Measured {
  readonly name: string
  readonly medianNs: number
  /** The interquartile range: half of the rounds lie in it. */
  readonly lowNs: number
  readonly highNs: number
}

/** The result of one subject. A ratio is the median over rounds; both values come from the same round. */
export interface SubjectResult {
  readonly name: string
  readonly candidates: readonly Measured[]
  readonly goals: readonly {
    readonly of: string
    readonly to: string
    readonly ratio: number
    /** `undefined` for ratios that are only reported. */
    readonly goal?: number | undefined
  }[]
}

export interface RoundsOptions {
  readonly rounds: number
  /** The target duration of one batch, in ms. */
  readonly batchMs: number
  readonly onProgress: (line: string) => void
}

/**
 * Measures all candidates of a subject in alternation, so that a slow period of the machine affects
 * all of them. Each round starts with a different candidate.
 */
export async function measure(
  { name, goals }: Subject,
  runners: readonly Runner[],
  { rounds, batchMs, onProgress }: RoundsOptions,
): Promise<SubjectResult> {
  const runs: { runner: Runner; times: number; ns: number[] }[] = []
  for (const runner of runners) {
    onProgress(`${name}: warming up ${runner.name}`)
    runs.push({ runner, times: await calibrate(runner, batchMs), ns: [] })
  }
  for (let round = 0; round < rounds; round++) {
    onProgress(`${name}: round ${round + 1} of ${rounds}`)
    for (let i = 0; i < runs.length; i++) {
      const run = runs[(i + round) % runs.length]
      run?.ns.push((await run.runner.run(run.times)) / run.times)
    }
  }
  const of = (candidate: string) => runs.find(({ runner }) => runner.name === candidate)?.ns ?? []
  return {
    name,
    candidates: runs.map(({ runner, ns }) => ({
      name: runner.name,
      medianNs: quantile(ns, 0.5),
      lowNs: quantile(ns, 0.25),
      highNs: quantile(ns, 0.75),
    })),
    goals: goals.map((goal) => {
      const others = of(goal.to)
      const ratios = of(goal.of).map((ns, round) => ns / (others[round] ?? Number.NaN))
      return { of: goal.of, to: goal.to, goal: goal.ratio, ratio: quantile(ratios, 0.5) }
    }),
  }
}

/** Warms up and finds how many calls fill a batch; ten batches in a row must be long enough. */
async function calibrate(runner: Runner, batchMs: number): Promise<number> {
  let times = 1_000
  for (let filled = 0; filled < 10; filled++) {
    const ms = (await runner.run(times)) / 1e6
    if (ms >= batchMs / 2) continue
    times *= ms < batchMs / 8 ? 4 : 2
    filled = -1
  }
  return times
}

function quantile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((a, b) => a - b)
  return sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? Number.NaN
}
