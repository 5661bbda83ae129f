import type { Lane } from './lane.ts'
import type { Subject } from './subject.ts'

/** What was measured of one contender, in nanoseconds per call. */
export interface Measured {
  readonly name: string
  readonly medianNs: number
  /** Half of the rounds lie between these two. */
  readonly lowNs: number
  readonly highNs: number
}

/** One subject's outcome; a goal's ratio is the median over rounds of both taken in one round. */
export interface SubjectResult {
  readonly name: string
  readonly contenders: readonly Measured[]
  readonly goals: readonly {
    readonly of: string
    readonly to: string
    readonly ratio: number
    /** Undefined where it is only reported. */
    readonly goal?: number | undefined
  }[]
}

export interface RoundsOptions {
  readonly rounds: number
  /** How long one batch should take, in ms. */
  readonly batchMs: number
  readonly onProgress: (line: string) => void
}

/**
 * Measures all contenders of a subject in alternation, so that a slow second of the machine hits
 * them all, and each round starts with another one.
 */
export async function measure(
  { name, goals }: Subject,
  lanes: readonly Lane[],
  { rounds, batchMs, onProgress }: RoundsOptions,
): Promise<SubjectResult> {
  const runs: { lane: Lane; times: number; ns: number[] }[] = []
  for (const lane of lanes) {
    onProgress(`${name}: warming up ${lane.name}`)
    runs.push({ lane, times: await calibrate(lane, batchMs), ns: [] })
  }
  for (let round = 0; round < rounds; round++) {
    onProgress(`${name}: round ${round + 1} of ${rounds}`)
    for (let i = 0; i < runs.length; i++) {
      const run = runs[(i + round) % runs.length]
      run?.ns.push((await run.lane.run(run.times)) / run.times)
    }
  }
  const of = (contender: string) => runs.find(({ lane }) => lane.name === contender)?.ns ?? []
  return {
    name,
    contenders: runs.map(({ lane, ns }) => ({
      name: lane.name,
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

/** Warms up, and finds how many calls fill a batch: ten in a row, as the first ones are slow. */
async function calibrate(lane: Lane, batchMs: number): Promise<number> {
  let times = 1_000
  for (let filled = 0; filled < 10; filled++) {
    const ms = (await lane.run(times)) / 1e6
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
