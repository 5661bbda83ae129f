/** What is read of Stryker's JSON report. */
export interface Report {
  readonly files: Readonly<Record<string, ReportedFile>>
}

interface ReportedFile {
  readonly source: string
  readonly mutants: readonly ReportedMutant[]
}

export interface ReportedMutant {
  readonly status: string
  readonly replacement: string
  readonly location: { readonly start: Position; readonly end: Position }
}

/** Both count from 1. */
interface Position {
  readonly line: number
  readonly column: number
}

export interface FileScore {
  readonly file: string
  readonly killed: number
  /** Ran in circles until it was stopped: detected too. */
  readonly timedOut: number
  readonly survivors: readonly Survivor[]
}

/** A change of the source that no test noticed. */
export interface Survivor {
  readonly file: string
  readonly line: number
  /** The lines that it changes, in one line of text, and what they become. */
  readonly was: string
  readonly becomes: string
}

/** Mutants that do not compile or that Stryker was told to ignore count for nothing. */
export function scores({ files }: Report): FileScore[] {
  return Object.entries(files).map(([file, { source, mutants }]) => ({
    file,
    killed: mutants.filter(({ status }) => status === 'Killed').length,
    timedOut: mutants.filter(({ status }) => status === 'Timeout').length,
    survivors: mutants
      .filter(({ status }) => status === 'Survived' || status === 'NoCoverage')
      .map((mutant) => survivor(file, source, mutant)),
  }))
}

/** The share of mutants that the tests detected, in percent. */
export function score(files: readonly Omit<FileScore, 'file'>[]): number {
  const detected = files.reduce((sum, { killed, timedOut }) => sum + killed + timedOut, 0)
  const lived = files.reduce((sum, { survivors }) => sum + survivors.length, 0)
  return detected + lived === 0 ? 100 : (detected / (detected + lived)) * 100
}

function survivor(file: string, source: string, { location, replacement }: ReportedMutant) {
  const { start, end } = location
  const lines = source.split('\n').slice(start.line - 1, end.line)
  const before = (lines[0] ?? '').slice(0, start.column - 1)
  const after = (lines.at(-1) ?? '').slice(end.column - 1)
  return {
    file,
    line: start.line,
    was: oneLine(lines.join('\n')),
    becomes: oneLine(`${before}${replacement}${after}`),
  }
}

const oneLine = (code: string) => code.replace(/\s+/g, ' ').trim()
