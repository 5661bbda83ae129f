import type { Subject } from './subject.ts'

/** One promise of the contract, and how to find out whether it is kept. */
export interface ConformanceCase {
  /** The section of the contract: `3. States`. */
  readonly section: string
  /** A sentence; no two cases of the suite have the same. */
  readonly name: string
  /** Throws, or rejects, when the promise is broken. */
  run(subject: Subject): void | Promise<void>
}

type Run = ConformanceCase['run']

/** The cases of one subject, named by their keys. */
export function cases(section: string, runs: Readonly<Record<string, Run>>): ConformanceCase[] {
  return Object.entries(runs).map(([name, run]) => ({ section, name, run }))
}

/** A case for each row, for what the contract says as a table. */
export function table<Row>(
  section: string,
  rows: readonly Row[],
  name: (row: Row) => string,
  run: (row: Row, subject: Subject) => void | Promise<void>,
): ConformanceCase[] {
  return rows.map((row) => ({
    section,
    name: name(row),
    run: (subject: Subject) => run(row, subject),
  }))
}
