export interface Counts {
  passed: number
  failed: number
  skipped: number
}

export interface Result {
  name: string
  ok: boolean
  seconds: number
  counts?: Counts
}

/** What `vitest --reporter=json` writes, as far as it is needed. */
export function vitestCounts(json: unknown): Counts {
  const report = json as Record<
    'numPassedTests' | 'numFailedTests' | 'numPendingTests' | 'numTodoTests',
    number
  >
  return {
    passed: report.numPassedTests,
    failed: report.numFailedTests,
    skipped: report.numPendingTests + report.numTodoTests,
  }
}

/** What `playwright test --reporter=json` writes, as far as it is needed. */
export function playwrightCounts(json: unknown): Counts {
  const { stats } = json as {
    stats: Record<'expected' | 'unexpected' | 'flaky' | 'skipped', number>
  }
  return {
    passed: stats.expected,
    failed: stats.unexpected + stats.flaky,
    skipped: stats.skipped,
  }
}

/**
 * The table at the end, and below it `N passed, N failed` over all tests. A step that failed without a
 * failed test (lint, a test file that does not load, no test at all) counts as one failure.
 */
export function summary(planned: readonly string[], results: readonly Result[]): string {
  const rows = planned.map((name) => {
    const result = results.find((candidate) => candidate.name === name)
    if (!result) return `– ${name.padEnd(17)}   not run`
    const time = `${result.seconds.toFixed(1)} s`.padStart(8)
    return `${result.ok ? '✓' : '✗'} ${name.padEnd(17)} ${time}${tests(result.counts)}`
  })
  const passed = sum(results.map((result) => result.counts?.passed ?? 0))
  const failed = sum(results.map(failures))
  const skipped = sum(results.map((result) => result.counts?.skipped ?? 0))
  const last = `${passed} passed, ${failed} failed${skipped ? `, ${skipped} skipped` : ''}`
  return [...rows, '', last].join('\n')
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
