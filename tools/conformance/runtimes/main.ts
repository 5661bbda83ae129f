import { mkdirSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { parseArgs } from 'node:util'
import { isGood, type Outcome, outcomeOf } from './outcome.ts'
import { createProject } from './project.ts'
import { exitCode, reportTable } from './report-table.ts'
import { resultsPage } from './results-page.ts'
import type { Runtime } from './runtime.ts'
import { chosen, runtimes } from './runtimes.ts'

/**
 * `npm run test:everywhere`: the conformance suite on every runtime, from packed tarballs in an empty
 * project. `-- --only node,bun` runs some of them, `-- --write` keeps the figures in results.md.
 */
try {
  const options = { only: { type: 'string' }, write: { type: 'boolean' } } as const
  const { only, write = false } = parseArgs({ options }).values
  if (write && only !== undefined) throw new Error('--write is for all runtimes, --only for some')
  process.exitCode = await everywhere(only === undefined ? runtimes : chosen(only, runtimes), write)
} catch (error) {
  console.error(error instanceof Error ? error.message : error)
  process.exitCode = 1
}

async function everywhere(selected: readonly Runtime[], write: boolean): Promise<number> {
  const project = await createProject(say)
  const outcomes: Outcome[] = []
  for (const runtime of selected) {
    say(`${runtime.name} …`)
    const outcome = await outcomeOf(runtime, project)
    outcomes.push(outcome)
    say(`${runtime.name}: ${inShort(outcome)}`)
  }
  const date = new Date()
  mkdirSync(results(), { recursive: true })
  writeFileSync(results('everywhere.json'), `${JSON.stringify({ date, outcomes }, null, 2)}\n`)
  if (write) writeFileSync(join(import.meta.dirname, 'results.md'), resultsPage(date, outcomes))
  console.log(`\n${reportTable(outcomes)}`)
  if (outcomes.some((outcome) => outcome.kind !== 'not run' && !isGood(outcome))) {
    console.log(`\nThe project is still in ${project.folder}`)
  } else {
    await project.remove()
  }
  return exitCode(outcomes, Boolean(process.env['CI']))
}

function inShort(outcome: Outcome): string {
  if (outcome.kind === 'not run') return 'not run'
  if (outcome.kind === 'broke') return 'broke'
  const { passed, total } = outcome.report
  return `${passed} of ${total} passed`
}

function say(line: string): void {
  console.log(`── ${line}`)
}

function results(file = ''): string {
  return resolve(import.meta.dirname, '../../../.results', file)
}
