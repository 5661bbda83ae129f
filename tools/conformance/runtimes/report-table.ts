import { hasPassed, type Outcome } from './outcome.ts'

/** 0 when every runtime passed. A runtime that did not run is a failure only in CI. */
export function exitCode(outcomes: readonly Outcome[], isCi: boolean): 0 | 1 {
  const required = isCi ? outcomes : outcomes.filter(({ kind }) => kind !== 'not run')
  return required.length > 0 && required.every(hasPassed) ? 0 : 1
}

/** One row per runtime, followed by its failed cases. */
export function reportTable(outcomes: readonly Outcome[]): string {
  const header = ['  runtime', 'version', 'cases', 'passed', 'failed', 'seconds']
  const rows = outcomes.map((outcome) => [
    `${markOf(outcome)} ${outcome.runtime}`,
    ...figures(outcome),
  ])
  const widths = header.map((title, column) =>
    Math.max(title.length, ...rows.map((row) => row[column]?.length ?? 0)),
  )
  const line = (row: readonly string[], rest: string) =>
    [...row.map((text, column) => align(text, column, widths[column] ?? 0)), rest]
      .join('  ')
      .trimEnd()
  const lines = outcomes.flatMap((outcome, index) => [
    line(rows[index] ?? [], outcome.kind === 'not run' ? `not run: ${outcome.reason}` : ''),
    ...details(outcome),
  ])
  return [line(header, ''), ...lines].join('\n')
}

function markOf(outcome: Outcome): string {
  if (outcome.kind === 'not run') return '–'
  return hasPassed(outcome) ? '✓' : '✗'
}

function figures(outcome: Outcome): string[] {
  if (outcome.kind === 'not run') return []
  const seconds = outcome.seconds.toFixed(1)
  if (outcome.kind === 'crashed') return [outcome.version, '', '', '', seconds]
  const { passed, failed, total } = outcome.report
  return [outcome.version, ...[total, passed, failed.length].map(String), seconds]
}

function align(text: string, column: number, width: number): string {
  return column < 2 ? text.padEnd(width) : text.padStart(width)
}

function details(outcome: Outcome): string[] {
  if (outcome.kind === 'not run') return []
  if (outcome.kind === 'crashed') return indented(outcome.error, 4)
  return outcome.report.failed.flatMap(({ section, name, error = 'no error' }) => [
    ...indented(`${section}: ${name}`, 4),
    ...indented(firstLines(error), 6),
  ])
}

/** The whole stack is in the JSON report. */
function firstLines(error: string): string {
  return error.split('\n').slice(0, 6).join('\n')
}

function indented(text: string, spaces: number): string[] {
  return text.split('\n').map((line) => `${' '.repeat(spaces)}${line}`)
}
