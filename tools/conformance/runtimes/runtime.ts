import type { ConformanceReport } from '../suite/run-conformance.ts'
import type { Project } from './project.ts'

/** One place where JavaScript runs, and how to get the suite to run in it. */
export interface Runtime {
  /** What it is called in the table and by `--only`: `node 22`, `firefox`. */
  readonly name: string
  /**
   * Finds the program, or installs it where that can be done.
   *
   * @throws Error whose message is one line that says what to install; the runtime is then not run
   */
  prepare(): Promise<ReadyRuntime>
}

/** A runtime that is there. */
export interface ReadyRuntime {
  /** As the program itself gives it: `22.23.3`. */
  readonly version: string
  /**
   * Runs the suite of the project to its end.
   *
   * @throws Error when no report came: the program broke, did not end, or did not even start
   */
  run(project: Project): Promise<ConformanceReport>
}

/** No runtime takes longer than that, in ms, unless it hangs. */
export const runTimeoutMs = 180_000
