import { mkdirSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { parseArgs } from 'node:util'
import { hasPassed, type Outcome, outcomeOf } from './outcome.ts'
import { createProject } from './project.ts'
import { exitCode, reportTable } from './report-table.ts'
import { resultsPage } from './results-page.ts'
import type { Runtime } from './runtime.ts'
import { runtimes, selectRuntimes } from './runtimes.ts'

/**
 * `npm run test:everywhere`: runs the conformance suite on every runtime, against the packed tarballs in
 * an empty project. `-- --only node,bun` selects runtimes, `-- --write` saves the results in results.md.
 */
try {
  const options = { only: { type: 'string' }, write: { type: 'boolean' } } as const
  const { only, write = false } = parseArgs({ options }).values
  if (write && only !== undefined)
    throw new Error('--write needs all runtimes and cannot be combined with --only')
  process.exitCode = await runAll(
    only === undefined ? runtimes : selectRuntimes(only, runtimes),
    write,
  )
} catch (error) {
  console.error(error instanceof Error ? error.message : error)
  process.exitCode = 1
}

async function runAll(selected: readonly Runtime[], write: boolean): Promise<number> {
  const project = await createProject(log)
  const outcomes: Outcome[] = []
  for (const runtime of selected) {
    log(`${runtime.name} …`)
    const outcome = await outcomeOf(runtime, project)
    outcomes.push(outcome)
    log(`${runtime.name}: ${summaryOf(outcome)}`)
  }
  const date = new Date()
  mkdirSync(results(), { recursive: true })
  writeFileSync(results('runtimes.json'), `${JSON.stringify({ date, outcomes }, null, 2)}\n`)
  if (write) writeFileSync(join(import.meta.dirname, 'results.md'), resultsPage(date, outcomes))
  console.log(`\n${reportTable(outcomes)}`)
  if (outcomes.some((outcome) => outcome.kind !== 'not run' && !hasPassed(outcome))) {
    console.log(`\nThe project is still in ${project.folder}`)
  } else {
    await project.remove()
  }
  return exitCode(outcomes, Boolean(process.env['CI']))
}

function summaryOf(outcome: Outcome): string {
  if (outcome.kind === 'not run') return 'not run'
  if (outcome.kind === 'crashed') return 'crashed'
  const { passed, total } = outcome.report
  return `${passed} of ${total} passed`
}

function log(line: string): void {
  console.log(`── ${line}`)
}

function results(file = ''): string {
  return resolve(import.meta.dirname, '../../../.results', file)
}
