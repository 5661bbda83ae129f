import type { ConformanceReport } from '../suite/run-conformance.ts'
import type { Project } from './project.ts'

/** A JavaScript runtime that can run the suite. */
export interface Runtime {
  /** The name in the table and for `--only`: `node 22`, `firefox`. */
  readonly name: string
  /**
   * Finds the program, or installs it from npm.
   *
   * @throws Error of one line that says what to install; the runtime is then reported as not run
   */
  prepare(): Promise<ReadyRuntime>
}

/** An installed runtime. */
export interface ReadyRuntime {
  /** The version that the program reports: `22.23.3`. */
  readonly version: string
  /**
   * Runs the suite of the project to its end.
   *
   * @throws Error without a report: the program crashed, did not end, or did not start
   */
  run(project: Project): Promise<ConformanceReport>
}

/** The time limit of one runtime, in ms. */
export const runTimeoutMs = 180_000
