import { spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { join, relative, resolve } from 'node:path'
import { parseArgs } from 'node:util'
import { version as vitestVersion } from 'vitest/node'
import families from './families.json' with { type: 'json' }
import { type FileScore, resultsPage, scoresOf, scoreTable } from './scores.ts'

/**
 * `npm run test:mutation`: runs Stryker for each family of files and fails below the family's minimum
 * score. `-- --only machine,rules` selects families, `-- --last` shows the last reports without a new
 * run, `-- --write` saves the scores of the last reports in results.md.
 */
type Family = (typeof families)[number]

const strykerVersion = '9.6.1'
const root = resolve(import.meta.dirname, '../..')
const installed = join(root, `.runtimes/stryker-${strykerVersion}`)
const modules = join(installed, 'node_modules/@stryker-mutator')
const reportFile = ({ name }: Family) => join(root, `.results/mutation/${name}.json`)

const { values } = parseArgs({
  options: { only: { type: 'string' }, last: { type: 'boolean' }, write: { type: 'boolean' } },
})
const selected = values.only === undefined ? families : values.only.split(',').map(familyNamed)
if (!values.last) {
  installStryker()
  for (const family of selected) {
    console.log(`\n━━ ${family.name} ━━ ${family.files.join(' ')}`)
    if (!runStryker(family)) process.exitCode = 1
  }
}
console.log(`\n${scoreTable(selected.flatMap(lastScores))}`)
if (values.write) {
  const versions = `Stryker ${strykerVersion}, Vitest ${vitestVersion} and Node ${process.versions.node}`
  const all = families.filter((family) => existsSync(reportFile(family))).flatMap(lastScores)
  const page = join(import.meta.dirname, 'results.md')
  writeFileSync(page, resultsPage(all, versions, readFileSync(page, 'utf8')))
}

function familyNamed(name: string): Family {
  const family = families.find((candidate) => candidate.name === name.trim())
  if (family !== undefined) return family
  const names = families.map(({ name }) => name).join(', ')
  throw new RangeError(`--only must name families of ${names}, got '${name}'`)
}

function lastScores(family: Family): FileScore[] {
  const file = reportFile(family)
  if (!existsSync(file)) throw new Error(`There is no report of the family ${family.name}: ${file}`)
  return scoresOf(family.name, statSync(file).mtime, JSON.parse(readFileSync(file, 'utf8')))
}

/** Installed on demand, because no other command needs its 167 packages. It uses Vitest of the root. */
function installStryker(): void {
  if (existsSync(modules)) return
  mkdirSync(installed, { recursive: true })
  const specs = ['core', 'vitest-runner'].map(
    (name) => `@stryker-mutator/${name}@${strykerVersion}`,
  )
  const options = ['--no-save', '--no-package-lock', '--ignore-scripts', '--no-audit', '--no-fund']
  run('npm', ['install', '--prefix', installed, '--legacy-peer-deps', ...options, ...specs])
}

/** @returns whether the family reached its minimum score and all of its test files ran */
function runStryker(family: Family): boolean {
  const env = {
    FLUXGATE_FAMILY: family.name,
    FLUXGATE_MUTATED: family.project,
    FLUXGATE_STRYKER_VITEST: join(modules, 'vitest-runner/dist/src/index.js'),
    // the shortest model test that visits every transition, with the same steps for every mutant
    FLUXGATE_MODEL_STEPS: '12000',
  }
  const stryker = join(modules, 'core/bin/stryker.js')
  const config = relative(root, join(import.meta.dirname, 'stryker.config.mjs'))
  const { status } = spawnSync(process.execPath, [stryker, 'run', config], {
    cwd: root,
    stdio: ['ignore', 'inherit', 'inherit'],
    env: { ...process.env, ...env },
  })
  const missing = testFilesNotRun(family, env)
  if (missing.length > 0) console.error(`Did not load in the sandbox: ${missing.join(', ')}`)
  return status === 0 && missing.length === 0
}

/** Stryker 9.6 does not report test files that fail to load, and their mutants survive. */
function testFilesNotRun(family: Family, env: Record<string, string>): string[] {
  const vitest = join(root, 'node_modules/vitest/vitest.mjs')
  const config = 'tools/mutation/vitest.config.ts'
  const args = [vitest, 'list', '--filesOnly', '--json', '--config', config]
  const listed: { file: string }[] = JSON.parse(run(process.execPath, args, env))
  const report: { testFiles: object } = JSON.parse(readFileSync(reportFile(family), 'utf8'))
  return listed
    .map(({ file }) => relative(root, file))
    .filter((file) => !(file in report.testFiles))
}

function run(command: string, args: readonly string[], env: Record<string, string> = {}): string {
  const options = { cwd: root, encoding: 'utf8', env: { ...process.env, ...env } } as const
  const { status, stdout, stderr } = spawnSync(command, args, options)
  if (status !== 0) throw new Error(`${command} exited with ${status}\n${stderr}`)
  return stdout
}
