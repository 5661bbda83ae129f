import { basename } from 'node:path'

export interface Counts {
  passed: number
  failed: number
  skipped: number
  /** The titles of the tests that failed first and passed when they were tried again. */
  flaky?: readonly string[]
}

export interface Result {
  name: string
  ok: boolean
  seconds: number
  counts?: Counts
}

interface VitestFile {
  name: string
  assertionResults: readonly {
    status: string
    fullName: string
    failureMessages: readonly string[]
  }[]
}

/** Reads the report of `vitest --reporter=json`. A test that passed when it was tried again is flaky. */
export function vitestCounts(json: unknown): Counts {
  const report = json as Record<
    'numPassedTests' | 'numFailedTests' | 'numPendingTests' | 'numTodoTests',
    number
  > & { testResults: readonly VitestFile[] }
  const flaky = report.testResults.flatMap(({ name, assertionResults }) =>
    assertionResults
      .filter(({ status, failureMessages }) => status === 'passed' && failureMessages.length > 0)
      .map(({ fullName }) => `${basename(name)} › ${fullName}`),
  )
  return {
    passed: report.numPassedTests,
    failed: report.numFailedTests,
    skipped: report.numPendingTests + report.numTodoTests,
    ...(flaky.length > 0 && { flaky }),
  }
}

interface PlaywrightSuite {
  suites?: readonly PlaywrightSuite[]
  specs?: readonly { title: string; file: string; tests: readonly { status: string }[] }[]
}

/**
 * Reads the report of `playwright test --reporter=json`. A flaky test is a defect to be found, but it
 * has passed: it is counted so, and named.
 */
export function playwrightCounts(json: unknown): Counts {
  const report = json as PlaywrightSuite & {
    stats: Record<'expected' | 'unexpected' | 'flaky' | 'skipped', number>
  }
  const { expected, unexpected, flaky, skipped } = report.stats
  return {
    passed: expected + flaky,
    failed: unexpected,
    skipped,
    ...(flaky > 0 && { flaky: flakyTitles(report) }),
  }
}

function flakyTitles({ suites = [], specs = [] }: PlaywrightSuite): string[] {
  const own = specs.filter(({ tests }) => tests.some(({ status }) => status === 'flaky'))
  return [...own.map(({ file, title }) => `${file} › ${title}`), ...suites.flatMap(flakyTitles)]
}

/**
 * The table of steps. Its last line counts the tests, as in `42 passed, 3 failed`; without a suite among
 * the steps it counts the steps, as in `9 checks passed, 0 failed, 1 not run`. A step that fails without
 * a failed test (lint, a test file that does not load) counts as one failure. Flaky tests are listed
 * above it.
 */
export function summary(planned: readonly string[], results: readonly Result[]): string {
  const rows = planned.map((name) => {
    const result = results.find((candidate) => candidate.name === name)
    if (!result) return `– ${name.padEnd(17)}   not run`
    const time = `${result.seconds.toFixed(1)} s`.padStart(8)
    return `${result.ok ? '✓' : '✗'} ${name.padEnd(17)} ${time}${tests(result.counts)}`
  })
  const flaky = results.flatMap(({ counts }) => counts?.flaky ?? [])
  rows.push(...flaky.map((title) => `! flaky, find the cause: ${title}`))
  const hasTests = results.some(({ counts }) => counts !== undefined)
  return [...rows, '', hasTests ? testTotals(results) : stepTotals(planned, results)].join('\n')
}

function testTotals(results: readonly Result[]): string {
  const passed = sum(results.map(({ counts }) => counts?.passed ?? 0))
  const failed = sum(results.map(failures))
  const skipped = sum(results.map(({ counts }) => counts?.skipped ?? 0))
  return `${passed} passed, ${failed} failed${skipped ? `, ${skipped} skipped` : ''}`
}

function stepTotals(planned: readonly string[], results: readonly Result[]): string {
  const passed = results.filter(({ ok }) => ok).length
  const notRun = planned.length - results.length
  const totals = `${passed} checks passed, ${results.length - passed} failed`
  return notRun > 0 ? `${totals}, ${notRun} not run` : totals
}

function tests(counts: Counts | undefined): string {
  return counts ? `   ${counts.passed} passed, ${counts.failed} failed` : ''
}

function failures({ ok, counts }: Result): number {
  const failed = counts?.failed ?? 0
  return !ok && failed === 0 ? 1 : failed
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0)
}
