import { describe, expect, test } from 'vitest'
import type { Family } from './families.ts'
import { type Report, type ReportedMutant, score, scores } from './report.ts'
import { resultsPage } from './results-page.ts'
import { complaints } from './thresholds.ts'

const source = `function max(a, b) {
  if (a >= b) {
    return a
  }
  return b
}
`
const comparison = { start: { line: 2, column: 7 }, end: { line: 2, column: 13 } }
const block = { start: { line: 2, column: 15 }, end: { line: 4, column: 4 } }

function report(...mutants: ReportedMutant[]): Report {
  return { files: { 'src/max.ts': { source, mutants } } }
}

const killed = { status: 'Killed', replacement: 'a < b', location: comparison }
const endless = { status: 'Timeout', replacement: 'true', location: comparison }
const equivalent = { status: 'Survived', replacement: 'a > b', location: comparison }
const untested = { status: 'NoCoverage', replacement: '{}', location: block }
const broken = { status: 'CompileError', replacement: 'false', location: comparison }

const family: Family = { name: 'max', project: 'core:node', files: [], leastScore: 50 }
const tried = (...mutants: ReportedMutant[]) => ({
  family,
  date: new Date('2026-11-22T20:00:00Z'),
  files: scores(report(...mutants)),
})

const knownAsEquivalent = {
  file: 'max.ts',
  was: 'if (a >= b) {',
  becomes: 'if (a > b) {',
  why: 'of two equal numbers either is the greater',
}

describe('a report', () => {
  test('counts what was detected, what lived, and nothing that could not run', () => {
    const [file] = scores(report(killed, endless, equivalent, untested, broken))
    expect(file).toMatchObject({ file: 'src/max.ts', killed: 1, timedOut: 1 })
    expect(file?.survivors).toHaveLength(2)
    expect(score(file ? [file] : [])).toBe(50)
  })

  test('shows a survivor as the lines it changes, before and after', () => {
    const [file] = scores(report(equivalent, untested))
    expect(file?.survivors).toEqual([
      { file: 'src/max.ts', line: 2, was: 'if (a >= b) {', becomes: 'if (a > b) {' },
      { file: 'src/max.ts', line: 2, was: 'if (a >= b) { return a }', becomes: 'if (a >= b) {}' },
    ])
  })

  test('of a file without mutants is no bad one', () => {
    expect(score(scores(report()))).toBe(100)
  })
})

describe('a family', () => {
  test('is good at its score, with every survivor explained', () => {
    expect(complaints(tried(killed, equivalent), [knownAsEquivalent])).toEqual([])
  })

  test('is not good below its score', () => {
    const two = tried(killed, equivalent, equivalent)
    expect(complaints(two, [knownAsEquivalent])).toEqual(['max: 33.3 %, less than 50.0 %'])
  })

  test('is not good with a survivor that nobody looked at', () => {
    expect(complaints(tried(killed, equivalent), [])).toEqual([
      'src/max.ts:2 survived, and explanations.ts does not say why:\n- if (a >= b) {\n+ if (a > b) {',
    ])
    const elsewhere = { ...knownAsEquivalent, file: 'min.ts' }
    expect(complaints(tried(killed, equivalent), [elsewhere])).toHaveLength(1)
  })

  test('without a score is measured, not judged', () => {
    const { files, date } = tried(equivalent)
    expect(
      complaints({ family: { name: 'max', project: 'core:node', files: [] }, date, files }),
    ).toEqual([])
  })
})

test('the page has a row per file and a line per survivor', () => {
  const page = resultsPage([tried(killed, equivalent)], 'Stryker 9')
  expect(page).toContain('| max | 2026-11-22 | src/max.ts | 2 | 1 | 0 | 1 | 50.0 % |')
  expect(page).toContain(
    '- src/max.ts:2 – **not explained**\n  - `if (a >= b) {`\n  - `if (a > b) {`',
  )
})
