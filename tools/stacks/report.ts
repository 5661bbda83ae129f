import { hasPassed, type Outcome } from './stack.ts'

/** 0 when stacks ran and every one passed. */
export function exitCode(outcomes: readonly Outcome[]): 0 | 1 {
  return outcomes.length > 0 && outcomes.every(hasPassed) ? 0 : 1
}

/** One row per stack, followed by its failed cases. */
export function reportTable(outcomes: readonly Outcome[]): string {
  const header = ['  stack', 'versions', 'cases', 'passed', 'seconds', 'result']
  const rows = outcomes.map((outcome) => {
    const { stack, versions, seconds } = outcome
    const mark = hasPassed(outcome) ? '✓' : '✗'
    return [`${mark} ${stack}`, versions, ...counts(outcome), seconds.toFixed(0), result(outcome)]
  })
  const widths = header.map((_, column) =>
    Math.max(...[header, ...rows].map((row) => row[column]?.length ?? 0)),
  )
  const line = (row: readonly string[]) =>
    row
      .map((text, column) => {
        const width = widths[column] ?? 0
        return column >= 2 && column <= 4 ? text.padStart(width) : text.padEnd(width)
      })
      .join('  ')
      .trimEnd()
  const body = outcomes.flatMap((outcome, index) => [line(rows[index] ?? []), ...details(outcome)])
  return [line(header), ...body].join('\n')
}

/** Renders results.md: the last run of all stacks. */
export function resultsPage(date: Date, node: string, outcomes: readonly Outcome[]): string {
  const rows = outcomes.map((outcome) => {
    const { stack, versions, seconds } = outcome
    const link = `[${stack}](../../examples/${stack})`
    return `| ${[link, versions, ...counts(outcome), seconds.toFixed(0), result(outcome)].join(' | ')} |`
  })
  return `# The examples, installed and driven

Written by \`npm run test:stacks -- --write\` on ${date.toISOString().slice(0, 10)} with Node.js ${node}. Each program of
[examples](../../examples) is installed with the packed packages, type-checked, built, started and used
against local services that fail on request.

| stack | versions | cases | passed | seconds | result |
|---|---|--:|--:|--:|---|
${rows.join('\n')}
`
}

function counts({ cases }: Outcome): [string, string] {
  const passed = cases.filter(({ error }) => error === undefined)
  return [String(cases.length), String(passed.length)]
}

function result(outcome: Outcome): string {
  if (outcome.crash !== undefined) return 'crashed'
  return hasPassed(outcome) ? 'passed' : 'failed'
}

function details({ cases, crash }: Outcome): string[] {
  const failed = cases.flatMap(({ title, error }) =>
    error === undefined ? [] : [...indented(title, 4), ...indented(error, 6)],
  )
  return crash === undefined ? failed : [...failed, ...indented(crash, 4)]
}

function indented(text: string, spaces: number): string[] {
  return text.split('\n').map((line) => `${' '.repeat(spaces)}${line}`)
}
