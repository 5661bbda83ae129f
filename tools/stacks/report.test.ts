import { expect, test } from 'vitest'
import { exitCode, reportTable, resultsPage } from './report.ts'
import { hasPassed, type Outcome } from './stack.ts'

const passed: Outcome = {
  stack: 'express',
  versions: 'express 5.3.0',
  cases: [{ title: 'answers' }],
  seconds: 12.4,
}
const failed: Outcome = {
  ...passed,
  stack: 'vue',
  versions: 'vue 3.5.45',
  cases: [{ title: 'answers' }, { title: 'recovers', error: 'not within 5 s\n--- log\nlast line' }],
}
const crashed: Outcome = { ...passed, stack: 'next', versions: '', cases: [], crash: 'no network' }

test('shows a row for each stack, and what failed with the end of the log', () => {
  expect(reportTable([passed, failed, crashed])).toBe(
    [
      '  stack    versions       cases  passed  seconds  result',
      '✓ express  express 5.3.0      1       1       12  passed',
      '✗ vue      vue 3.5.45         2       1       12  failed',
      '    recovers',
      '      not within 5 s',
      '      --- log',
      '      last line',
      '✗ next                        0       0       12  crashed',
      '    no network',
    ].join('\n'),
  )
})

test('links each stack to its example in the results', () => {
  const page = resultsPage(new Date('2026-11-30T00:00:00Z'), '20.20.2', [passed, failed])
  expect(page).toContain('on 2026-11-30 with Node.js 20.20.2.')
  expect(page).toContain(
    '| [express](../../examples/express) | express 5.3.0 | 1 | 1 | 12 | passed |',
  )
  expect(page).toContain('| [vue](../../examples/vue) | vue 3.5.45 | 2 | 1 | 12 | failed |')
})

test('passes when every stack ran and every case passed', () => {
  expect(exitCode([passed])).toBe(0)
  expect(exitCode([passed, failed])).toBe(1)
  expect(exitCode([passed, crashed])).toBe(1)
  expect(exitCode([])).toBe(1)
})

test('a stack without cases has not passed', () => {
  expect(hasPassed({ ...passed, cases: [] })).toBe(false)
})
