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

/** The nanoseconds per call of each candidate, one number for each round. */
export type Rounds = ReadonlyMap<string, readonly number[]>

/** Measures the candidates of a subject in {@link runRounds}. */
export async function measure(
  subject: Subject,
  runners: readonly Runner[],
  options: RoundsOptions,
): Promise<SubjectResult> {
  return summarize(subject, [await runRounds(subject.name, runners, options)])
}

/**
 * Runs all candidates in alternation, so that a slow period of the machine affects all of them. Each
 * round starts with a different candidate.
 */
export async function runRounds(
  name: string,
  runners: readonly Runner[],
  { rounds, batchMs, onProgress }: RoundsOptions,
): Promise<Rounds> {
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
  return new Map(runs.map(({ runner, ns }) => [runner.name, ns]))
}

/** Summarizes the rounds of a subject, which can be of several processes for each candidate. */
export function summarize(
  { name, goals, candidates }: Subject,
  processes: readonly Rounds[],
): SubjectResult {
  const of = (candidate: string) => processes.flatMap((rounds) => rounds.get(candidate) ?? [])
  return {
    name,
    candidates: candidates.map((candidate) => ({
      name: candidate.name,
      medianNs: quantile(of(candidate.name), 0.5),
      lowNs: quantile(of(candidate.name), 0.25),
      highNs: quantile(of(candidate.name), 0.75),
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
