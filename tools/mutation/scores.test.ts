import { expect, test } from 'vitest'
import { resultsPage, score, scoresOf, scoreTable } from './scores.ts'

const location = { start: { line: 2, column: 7 }, end: { line: 2, column: 13 } }
const mutant = (status: string, replacement = 'a > b') => ({
  status,
  replacement,
  mutatorName: 'EqualityOperator',
  location,
})
const date = new Date('2026-11-22T20:00:00Z')
const report = (file: string, ...mutants: ReturnType<typeof mutant>[]) => ({
  files: { [file]: { source: '', mutants } },
})
const scores = (...mutants: ReturnType<typeof mutant>[]) =>
  scoresOf('max', date, report('src/max.ts', ...mutants))

test('counts killed and timed out mutants as detected and excluded ones not at all', () => {
  const files = scores(
    mutant('Killed'),
    mutant('Timeout'),
    mutant('Survived'),
    mutant('NoCoverage', '{\n}'),
    mutant('Ignored'),
    mutant('CompileError'),
  )
  expect(score(files)).toBe(50)
  expect(files[0]?.survivors).toEqual([
    'src/max.ts:2 EqualityOperator: a > b',
    'src/max.ts:2 EqualityOperator: { }',
  ])
})

test('gives a file without mutants 100 %', () => {
  expect(score(scores())).toBe(100)
})

test('writes a row per file and a line per survivor', () => {
  const files = scores(mutant('Killed'), mutant('Survived'))
  const page = resultsPage(files, 'Stryker 9')
  expect(page).toContain('| max | 2026-11-22 | src/max.ts | 2 | 1 | 0 | 1 | 50.0 % |')
  expect(page).toContain('- `src/max.ts:2 EqualityOperator: a > b`')
  expect(scoreTable(files)).toContain('50.0 %     1 survived  src/max.ts')
})

test('keeps the rows and survivors of families that were not measured again', () => {
  const [killed, survived] = [mutant('Killed'), mutant('Survived')]
  const all = [...scores(survived), ...scoresOf('min', date, report('src/min.ts', survived))]
  const page = resultsPage(scores(killed), 'Stryker 9', resultsPage(all, 'Stryker 8'))
  expect(page).toContain('| max | 2026-11-22 | src/max.ts | 1 | 1 | 0 | 0 | 100.0 % |')
  expect(page).toContain('| min | 2026-11-22 | src/min.ts | 1 | 0 | 0 | 1 | 0.0 % |')
  expect(page.match(/^- .*$/gm)).toEqual(['- `src/min.ts:2 EqualityOperator: a > b`'])
  expect(page).not.toContain('Stryker 8')
})
