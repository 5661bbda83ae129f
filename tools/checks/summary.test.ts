import { expect, test } from 'vitest'
import { playwrightCounts, summary, vitestCounts } from './summary.ts'

test('counts the tests of all suites in the last line', () => {
  const results = [
    { name: 'lint', ok: true, seconds: 1 },
    { name: 'unit', ok: true, seconds: 2, counts: { passed: 40, failed: 0, skipped: 0 } },
    { name: 'e2e', ok: false, seconds: 3, counts: { passed: 2, failed: 3, skipped: 0 } },
  ]
  expect(lastLine(summary(['lint', 'unit', 'e2e'], results))).toBe('42 passed, 3 failed')
})

test('counts a step that fails without a failed test as one failure', () => {
  const results = [
    { name: 'lint', ok: false, seconds: 1 },
    { name: 'unit', ok: false, seconds: 2, counts: { passed: 5, failed: 0, skipped: 1 } },
  ]
  expect(lastLine(summary(['lint', 'unit'], results))).toBe('5 passed, 2 failed, 1 skipped')
})

test('counts the steps when none of them runs tests', () => {
  const results = [
    { name: 'lint', ok: true, seconds: 1 },
    { name: 'types', ok: false, seconds: 2 },
  ]
  expect(lastLine(summary(['lint', 'types'], results))).toBe('1 checks passed, 1 failed')
  expect(lastLine(summary(['lint', 'types', 'audit'], results))).toBe(
    '1 checks passed, 1 failed, 1 not run',
  )
})

test('shows a step that was not reached as not run', () => {
  const text = summary(['build', 'unit'], [{ name: 'build', ok: false, seconds: 1 }])
  expect(text).toMatch(/✗ build .*\n– unit .*not run/)
})

test('reads the reports of Vitest and Playwright', () => {
  const unit = vitestReport({ numFailedTests: 1, numPendingTests: 2, numTodoTests: 1 })
  expect(vitestCounts(unit)).toEqual({ passed: 7, failed: 1, skipped: 3 })
  const e2e = { stats: { expected: 4, unexpected: 1, flaky: 0, skipped: 0 } }
  expect(playwrightCounts(e2e)).toEqual({ passed: 4, failed: 1, skipped: 0 })
})

test('names a unit test that passed when it was tried again', () => {
  const result = (fullName: string, status: string, failureMessages: string[]) => ({
    fullName,
    status,
    failureMessages,
  })
  const assertionResults = [
    result('redis reconnects', 'passed', ['AssertionError: too late']),
    result('redis answers', 'passed', []),
    result('redis stops', 'failed', ['AssertionError: it runs']),
  ]
  const testResults = [{ name: '/repo/packages/fleet/a.test.ts', assertionResults }]
  expect(vitestCounts(vitestReport({ testResults })).flaky).toEqual([
    'a.test.ts › redis reconnects',
  ])
})

test('counts a flaky test as passed and names it above the last line', () => {
  const flakySpec = { title: 'follows the clock', file: 'a.spec.ts', tests: [{ status: 'flaky' }] }
  const sureSpec = { title: 'shows it', file: 'a.spec.ts', tests: [{ status: 'expected' }] }
  const counts = playwrightCounts({
    stats: { expected: 4, unexpected: 0, flaky: 1, skipped: 0 },
    suites: [{ specs: [sureSpec], suites: [{ specs: [flakySpec] }] }],
  })
  const text = summary(['e2e'], [{ name: 'e2e', ok: true, seconds: 3, counts }])
  expect(lastLine(text)).toBe('5 passed, 0 failed')
  expect(text).toContain('flaky, find the cause: a.spec.ts › follows the clock')
  expect(text).not.toContain('shows it')
})

function vitestReport(change: object): object {
  const counts = { numPassedTests: 7, numFailedTests: 0, numPendingTests: 0, numTodoTests: 0 }
  return { ...counts, testResults: [], ...change }
}

function lastLine(text: string): string | undefined {
  return text.split('\n').at(-1)
}
