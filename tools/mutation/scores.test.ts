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
const scores = (...mutants: ReturnType<typeof mutant>[]) =>
  scoresOf('max', date, { files: { 'src/max.ts': { source: '', mutants } } })

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
