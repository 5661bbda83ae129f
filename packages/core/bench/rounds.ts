import type { Batch, Subject } from './subject.ts'

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
    readonly goal: number
  }[]
}

export interface RoundsOptions {
  readonly rounds: number
  /** How long one batch should take, in ms. */
  readonly batchMs: number
  readonly onProgress?: (line: string) => void
}

/**
 * Measures all contenders of a subject in alternation, so that a slow second of the machine hits
 * them all, and each round starts with another one.
 */
export async function measure(subject: Subject, options: RoundsOptions): Promise<SubjectResult> {
  const { rounds, batchMs, onProgress } = options
  const lanes: { name: string; batch: Batch; times: number; rounds: number[] }[] = []
  for (const { name, make } of subject.contenders) {
    const batch = make()
    lanes.push({ name, batch, times: await calibrate(batch, batchMs), rounds: [] })
  }
  for (let round = 0; round < rounds; round++) {
    onProgress?.(`${subject.name}: round ${round + 1} of ${rounds}`)
    for (let i = 0; i < lanes.length; i++) {
      const lane = lanes[(i + round) % lanes.length]
      lane?.rounds.push((await timed(lane.batch, lane.times)) / lane.times)
    }
  }
  const of = (name: string) => lanes.find((lane) => lane.name === name)?.rounds ?? []
  return {
    name: subject.name,
    contenders: lanes.map((lane) => ({
      name: lane.name,
      medianNs: quantile(lane.rounds, 0.5),
      lowNs: quantile(lane.rounds, 0.25),
      highNs: quantile(lane.rounds, 0.75),
    })),
    goals: subject.goals.map((goal) => {
      const others = of(goal.to)
      const ratios = of(goal.of).map((ns, round) => ns / (others[round] ?? Number.NaN))
      return { of: goal.of, to: goal.to, goal: goal.ratio, ratio: quantile(ratios, 0.5) }
    }),
  }
}

/** Warms up, and finds how many calls fill a batch. */
async function calibrate(batch: Batch, batchMs: number): Promise<number> {
  let times = 1_000
  for (;;) {
    const ms = (await timed(batch, times)) / 1e6
    if (ms >= batchMs) return Math.max(1_000, Math.round((times * batchMs) / ms / 1_000) * 1_000)
    times *= ms < batchMs / 8 ? 4 : 2
  }
}

/** Nanoseconds. */
async function timed(batch: Batch, times: number): Promise<number> {
  const start = performance.now()
  await batch(times)
  return (performance.now() - start) * 1e6
}

function quantile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((a, b) => a - b)
  return sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? Number.NaN
}
