import type { Subject } from './subject.ts'

/** One statement of the contract, and how to check it. */
export interface ConformanceCase {
  /** The section of the contract: `3. States`. */
  readonly section: string
  /** A sentence that is unique in the suite. */
  readonly name: string
  /** Throws or rejects when the package behaves differently. */
  run(subject: Subject): void | Promise<void>
}

type Run = ConformanceCase['run']

/** Cases of one section, named by their keys. */
export function cases(section: string, runs: Readonly<Record<string, Run>>): ConformanceCase[] {
  return Object.entries(runs).map(([name, run]) => ({ section, name, run }))
}

/** A case for each row of a table. */
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
