import { explains } from './explanation.ts'
import { explanations } from './explanations.ts'
import type { Family } from './families.ts'
import { type FileScore, type Survivor, score } from './report.ts'

/** A family whose mutants were all tried. */
export interface Tried {
  readonly family: Family
  readonly date: Date
  readonly files: readonly FileScore[]
}

export const percent = (value: number) => `${value.toFixed(1)} %`

/** results.md: what was last found here, and what became of every survivor. */
export function resultsPage(tried: readonly Tried[], versions: string): string {
  return `# Mutants

Written by \`npm run test:mutation -- --write\` with ${versions}: every small change that Stryker knows to make to
the sources, one at a time, with the quick tests of its package run on each. The score is the part of
the changes that a test notices, or that never end. Constants that are made while a file is loaded are
not tried.

| family | run on | file | mutants | killed | without end | survived | score |
|---|---|---|--:|--:|--:|--:|--:|
${tried.flatMap(rows).join('\n')}

## Survivors

${tried.map(survivors).join('\n\n')}
`
}

function rows({ family, date, files }: Tried): string[] {
  const day = date.toISOString().slice(0, 10)
  const all = files.length > 1 ? [...files, total(files)] : files
  return all.map((row) => {
    const { killed, timedOut, survivors } = row
    const mutants = killed + timedOut + survivors.length
    const counts = `${mutants} | ${killed} | ${timedOut} | ${survivors.length}`
    return `| ${family.name} | ${day} | ${row.file} | ${counts} | ${percent(score([row]))} |`
  })
}

function total(files: readonly FileScore[]): FileScore {
  return {
    file: '**all**',
    killed: files.reduce((sum, { killed }) => sum + killed, 0),
    timedOut: files.reduce((sum, { timedOut }) => sum + timedOut, 0),
    survivors: files.flatMap(({ survivors }) => survivors),
  }
}

function survivors({ family, files }: Tried): string {
  const all = files.flatMap((file) => file.survivors)
  const list = all.length === 0 ? ['None.'] : all.map(inWords)
  return [`### ${family.name}`, '', ...list].join('\n')
}

function inWords(survivor: Survivor): string {
  const { file, line, was, becomes } = survivor
  const why = explanations.find((one) => explains(one, survivor))?.why ?? '**not explained**'
  return `- ${file}:${line} – ${why}\n  - ${asCode(was)}\n  - ${asCode(becomes)}`
}

/** A span that holds backticks is set in two of them. */
const asCode = (code: string) =>
  code.includes('`') ? `\`\` ${short(code)} \`\`` : `\`${short(code)}\``

const short = (code: string) => (code.length > 160 ? `${code.slice(0, 159)}…` : code)
