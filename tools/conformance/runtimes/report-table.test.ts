import { expect, test } from 'vitest'
import type { Outcome } from './outcome.ts'
import { exitCode, reportTable } from './report-table.ts'
import { resultsPage } from './results-page.ts'

const node: Outcome = {
  runtime: 'node 22',
  kind: 'ran',
  version: '22.1.0',
  seconds: 2.04,
  report: { passed: 300, failed: [], total: 300, durationMs: 1_900 },
}
const bun: Outcome = {
  runtime: 'bun',
  kind: 'ran',
  version: '1.4.5',
  seconds: 12,
  report: {
    passed: 298,
    failed: [
      { section: '3. States', name: 'opens', error: 'expected 1\nto equal 2' },
      { section: '4. Calls', name: 'aborts', error: 'not done after 5000 ms' },
    ],
    total: 300,
    durationMs: 11_000,
  },
}
const deno: Outcome = {
  runtime: 'deno',
  kind: 'crashed',
  version: '2.9.6',
  seconds: 0.5,
  error: 'deno ended with 1\nNotCapable',
}
const webkit: Outcome = {
  runtime: 'webkit',
  kind: 'not run',
  reason: 'WebKit is not installed.',
}

test('prints one row per runtime, followed by its failed cases', () => {
  expect(reportTable([node, bun, deno, webkit])).toBe(`\
  runtime  version  cases  passed  failed  seconds
✓ node 22  22.1.0     300     300       0      2.0
✗ bun      1.4.5      300     298       2     12.0
    3. States: opens
      expected 1
      to equal 2
    4. Calls: aborts
      not done after 5000 ms
✗ deno     2.9.6                               0.5
    deno ended with 1
    NotCapable
– webkit   not run: WebKit is not installed.`)
})

test('prints the first lines of a long error', () => {
  const error = Array.from({ length: 40 }, (_, line) => `line ${line}`).join('\n')
  const failed = [{ section: '3. States', name: 'opens', error }]
  const table = reportTable([{ ...bun, report: { ...bun.report, failed } }])
  expect(table).toMatch(/line 0\n(.*\n){4} *line 5$/)
})

test.each<[string, Outcome[], { ci: number; elsewhere: number }]>([
  ['every runtime passed', [node, node], { ci: 0, elsewhere: 0 }],
  ['a case failed', [node, bun], { ci: 1, elsewhere: 1 }],
  ['a runtime crashed', [node, deno], { ci: 1, elsewhere: 1 }],
  ['a runtime is not installed', [node, webkit], { ci: 1, elsewhere: 0 }],
  ['no runtime ran', [webkit], { ci: 1, elsewhere: 1 }],
  ['no runtime was selected', [], { ci: 1, elsewhere: 1 }],
])('returns the exit code in CI and elsewhere when %s', (_what, outcomes, expected) => {
  expect({ ci: exitCode(outcomes, true), elsewhere: exitCode(outcomes, false) }).toEqual(expected)
})

test.each<[string, { passed: number; total: number }]>([
  ['no cases', { passed: 0, total: 0 }],
  ['fewer results than cases', { passed: 299, total: 300 }],
])('treats a report with %s as a failure', (_what, counts) => {
  const outcome: Outcome = { ...node, report: { ...node.report, ...counts } }
  expect(exitCode([outcome], false)).toBe(1)
  expect(reportTable([outcome])).toContain('✗ node 22')
})

test('writes a row per runtime to results.md', () => {
  const page = resultsPage(new Date(Date.UTC(2026, 10, 22)), [node, bun, deno, webkit])
  expect(page).toContain('on 2026-11-22')
  expect(page.split('\n').filter((line) => line.startsWith('| '))).toEqual([
    '| runtime | version | cases | passed | failed | seconds |',
    '| node 22 | 22.1.0 | 300 | 300 | 0 | 2.0 |',
    '| bun | 1.4.5 | 300 | 298 | 2 | 12.0 |',
    '| deno | 2.9.6 | crashed | | | |',
    '| webkit | – | not run | | | |',
  ])
})
