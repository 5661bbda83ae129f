import { existsSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { version as vitestVersion } from 'vitest/node'
import { type Family, families } from './families.ts'
import { scores } from './report.ts'
import { resultsPage, type Tried } from './results-page.ts'
import { scoreTable } from './score-table.ts'
import { reportFile, runStryker, strykerVersion } from './stryker.ts'
import { complaints } from './thresholds.ts'

/**
 * `npm run test:mutation`: changes the sources in every small way that Stryker knows, and shows which
 * changes no test notices. `-- --only machine,rules` tries some families of files, `-- --last` judges
 * what was last found instead of trying again, `-- --write` keeps the last figures in results.md.
 */
try {
  const { only, last, write } = parseArgs({
    options: { only: { type: 'string' }, last: { type: 'boolean' }, write: { type: 'boolean' } },
  }).values
  const selected = only === undefined ? families : only.split(',').map(familyNamed)
  for (const family of selected) {
    if (last) continue
    console.log(`\n━━ ${family.name} ━━ ${family.files.join(' ')}`)
    await runStryker(family)
  }
  if (write) keep(families.filter((family) => existsSync(reportFile(family))).map(tried))
  const now = selected.map(tried)
  console.log(`\n${scoreTable(now)}`)
  const wrong = now.flatMap((one) => complaints(one))
  for (const complaint of wrong) console.log(`\n${complaint}`)
  process.exitCode = wrong.length > 0 ? 1 : 0
} catch (error) {
  console.error(error instanceof Error ? error.message : error)
  process.exitCode = 1
}

function familyNamed(name: string): Family {
  const family = families.find((family) => family.name === name.trim())
  if (family !== undefined) return family
  throw new RangeError(
    `--only: no family '${name}', only ${families.map(({ name }) => name).join(', ')}`,
  )
}

function tried(family: Family): Tried {
  const file = reportFile(family)
  if (!existsSync(file)) throw new Error(`${family.name} has not been tried: there is no ${file}`)
  const report = JSON.parse(readFileSync(file, 'utf8'))
  return { family, date: statSync(file).mtime, files: scores(report) }
}

function keep(all: readonly Tried[]): void {
  const versions = `Stryker ${strykerVersion}, Vitest ${vitestVersion} and Node ${process.versions.node}`
  writeFileSync(join(import.meta.dirname, 'results.md'), resultsPage(all, versions))
}
