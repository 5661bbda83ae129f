import { spawnSync } from 'node:child_process'
import { existsSync, readFileSync, rmSync } from 'node:fs'
import { type Counts, playwrightCounts, type Result, summary, vitestCounts } from './summary.ts'

/**
 * `npm run check` and `npm test`: runs the steps below in this order, cheap ones first. A failed step
 * does not stop the later ones, unless it is `required`.
 */
interface Step {
  name: string
  command: string
  /** The later steps depend on it. */
  required?: true
  /** The JSON report of a step that runs tests, and the function that reads its counts. */
  report?: { file: string; read(json: unknown): Counts }
}

/** The exit code of a step that could not run here. The summary shows it as not run. */
const NOT_RUN = 75

const checks: Step[] = [
  { name: 'lock file', command: 'npm ci --dry-run --ignore-scripts --loglevel error' },
  { name: 'format and lint', command: 'biome ci --error-on-warnings --colors=off' },
  { name: 'types', command: 'tsc' },
  { name: 'imports', command: 'tsx tools/checks/imports.ts' },
  { name: 'build', command: 'npm run build', required: true },
  { name: 'unused code', command: 'knip --tsConfig tsconfig.build.json' },
  { name: 'publishing', command: 'tsx tools/checks/publishing.ts' },
  { name: 'supply chain', command: 'tsx tools/checks/supply-chain/check.ts' },
  { name: 'audit', command: 'tsx tools/checks/supply-chain/audit.ts' },
  { name: 'size', command: 'tsx tools/checks/size.ts' },
]

const tests: Step[] = [
  { name: 'browser', command: 'tsx tools/testkit/src/browser.ts', required: true },
  {
    name: 'unit tests',
    command:
      'vitest run --reporter=default --reporter=json --outputFile.json=.results/unit-tests.json',
    report: { file: '.results/unit-tests.json', read: vitestCounts },
  },
  {
    name: 'end to end',
    command: 'playwright test --config e2e/playwright.config.ts --reporter=list,json',
    report: { file: '.results/end-to-end.json', read: playwrightCounts },
  },
]

const steps = process.argv[2] === 'check' ? checks : [...checks, ...tests]
const results: Result[] = []
for (const step of steps) {
  console.log(`\n━━ ${step.name} ━━ ${step.command}`)
  const result = run(step)
  if (result) results.push(result)
  if (step.required && !result?.ok) break
}
console.log(
  `\n${summary(
    steps.map((step) => step.name),
    results,
  )}`,
)
process.exitCode = results.every((result) => result.ok) ? 0 : 1

function run({ name, command, report }: Step): Result | undefined {
  if (report) rmSync(report.file, { force: true })
  const start = performance.now()
  const { status } = spawnSync(command, {
    shell: true,
    stdio: ['ignore', 'inherit', 'inherit'],
    env: {
      ...process.env,
      ...(!process.stdout.isTTY && { NO_COLOR: '1', FORCE_COLOR: undefined }),
      PLAYWRIGHT_JSON_OUTPUT_FILE: report?.file,
    },
  })
  if (status === NOT_RUN) return undefined
  const counts =
    report && existsSync(report.file)
      ? report.read(JSON.parse(readFileSync(report.file, 'utf8')))
      : undefined
  // A suite that runs no test is a failure.
  const ok = status === 0 && (!report || (counts !== undefined && counts.passed > 0))
  return { name, ok, seconds: (performance.now() - start) / 1000, ...(counts && { counts }) }
}
