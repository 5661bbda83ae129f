import type { StackRun } from './stack-run.ts'

/** A program in `examples/`, and the cases that it must pass. */
export interface Stack {
  /** The folder in `examples/`. */
  readonly name: string
  /** The packages whose installed versions the table shows. */
  readonly packages: readonly string[]
  /** Whether `--part ci` runs it. */
  readonly ci?: true
  /** Runs the cases. An error that it throws outside of a case fails the stack. */
  run(run: StackRun): Promise<void>
}

/** A case with its result. */
export interface Case {
  readonly title: string
  readonly error?: string
}

/** What a run of a stack showed. */
export interface Outcome {
  readonly stack: string
  /** Such as `express 5.3.0, axios 1.21.1`. */
  readonly versions: string
  readonly cases: readonly Case[]
  readonly seconds: number
  /** Why the stack could not be run to its end. */
  readonly crash?: string
}

export function hasPassed({ cases, crash }: Outcome): boolean {
  return crash === undefined && cases.length > 0 && cases.every(({ error }) => error === undefined)
}
