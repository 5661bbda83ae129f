/** The part of Stryker's JSON report that is read. Lines and columns count from 1. */
export interface Report {
  readonly files: Readonly<Record<string, { source: string; mutants: readonly ReportedMutant[] }>>
}

interface ReportedMutant {
  readonly status: string
  readonly mutatorName: string
  readonly replacement: string
  readonly location: { readonly start: Position; readonly end: Position }
}

interface Position {
  readonly line: number
  readonly column: number
}

export interface FileScore {
  readonly family: string
  readonly date: Date
  readonly file: string
  readonly killed: number
  /** Mutants that ran into an endless loop. They count as detected. */
  readonly timedOut: number
  /** `file:line mutator`, with the code that replaces the original. */
  readonly survivors: readonly string[]
}

/** Reads a report. Mutants that do not compile or are excluded do not count. */
export function scoresOf(family: string, date: Date, { files }: Report): FileScore[] {
  return Object.entries(files).map(([file, { mutants }]) => ({
    family,
    date,
    file,
    killed: mutants.filter(({ status }) => status === 'Killed').length,
    timedOut: mutants.filter(({ status }) => status === 'Timeout').length,
    survivors: mutants
      .filter(({ status }) => status === 'Survived' || status === 'NoCoverage')
      .map(({ location, mutatorName, replacement }) => {
        const code = replacement.replace(/\s+/g, ' ').trim().slice(0, 120)
        return `${file}:${location.start.line} ${mutatorName}: ${code}`
      }),
  }))
}

/** The detected share of the mutants, in percent. */
export function score(files: readonly FileScore[]): number {
  const detected = files.reduce((sum, { killed, timedOut }) => sum + killed + timedOut, 0)
  const survived = files.reduce((sum, { survivors }) => sum + survivors.length, 0)
  return detected + survived === 0 ? 100 : (detected / (detected + survived)) * 100
}

/** One line per file, for the terminal. */
export function scoreTable(files: readonly FileScore[]): string {
  const lines = files.map((one) => {
    const survived = `${one.survivors.length} survived`.padStart(14)
    return `${one.family.padEnd(10)} ${percent(one).padStart(8)} ${survived}  ${one.file}`
  })
  return lines.join('\n')
}

/** results.md: the last score of each file, and the survivors. Families without a new score keep the old one. */
export function resultsPage(files: readonly FileScore[], versions: string, previous = ''): string {
  const measured = new Set(files.map(({ family }) => family))
  const kept = [...previous.matchAll(/^\| (\w+) \| \d.*? \| (\S+) .*$/gm)].filter(
    ([, family = '']) => !measured.has(family),
  )
  const keptFiles = new Set(kept.map(([, , file]) => file))
  const survivors = [
    ...[...previous.matchAll(/^- `(.+?):\d.*$/gm)]
      .filter(([, file]) => keptFiles.has(file))
      .map(([line]) => line),
    ...files.flatMap(({ survivors }) => survivors).map((one) => `- \`${one}\``),
  ]
  return `# Mutation scores

Written by \`npm run test:mutation -- --write\` with ${versions}. Stryker changes
the sources one small step at a time and runs the quick unit tests of the package against each change.
The score is the share of changes that a test detects. Code that only runs while a file loads is not
changed. Changes that no test can detect are excluded beside the code, with their reason.

| family | date | file | mutants | killed | timed out | survived | score |
|---|---|---|--:|--:|--:|--:|--:|
${[...files.map(row), ...kept.map(([line]) => line)].join('\n')}

## Survivors

${survivors.length === 0 ? 'None.' : survivors.join('\n')}
`
}

function row(one: FileScore): string {
  const { family, date, file, killed, timedOut, survivors } = one
  const day = date.toISOString().slice(0, 10)
  const counts = [killed + timedOut + survivors.length, killed, timedOut, survivors.length]
  return `| ${[family, day, file, ...counts, percent(one)].join(' | ')} |`
}

const percent = (file: FileScore) => `${score([file]).toFixed(1)} %`
