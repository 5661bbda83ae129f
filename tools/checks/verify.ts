import { spawn } from 'node:child_process'
import { existsSync, readFileSync, rmSync } from 'node:fs'
import { createInterface } from 'node:readline'
import { type Counts, playwrightCounts, type Result, summary, vitestCounts } from './summary.ts'

/**
 * `npm run check`, `npm test` and `npm run test:slow`: runs the steps below in this order, cheap ones
 * first. A failed step does not stop the later ones, unless it is `required`.
 *
 * The two suites run at the same time, because each waits for browsers and timers. Their lines begin
 * with the name of the suite.
 */
interface Step {
  name: string
  command: string
  /** The later steps depend on it. */
  required?: true
  /** `npm test` leaves it out, and `npm run test:slow` runs it. */
  slow?: true
  /** The step runs at the same time as the concurrent steps next to it. */
  concurrent?: true
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
  { name: 'publishing', command: 'tsx tools/checks/publishing.ts', slow: true },
  { name: 'supply chain', command: 'tsx tools/checks/supply-chain/check.ts', slow: true },
  { name: 'audit', command: 'tsx tools/checks/supply-chain/audit.ts', slow: true },
  { name: 'size', command: 'tsx tools/checks/size.ts' },
]

/** The unit tests and the specs of some projects. */
const tests = (unit: string, specs: string): Step[] => [
  { name: 'browser', command: 'tsx tools/testkit/src/browser.ts', required: true },
  {
    name: 'unit tests',
    concurrent: true,
    command: `vitest run --project '${unit}' --reporter=default --reporter=json --outputFile.json=.results/unit-tests.json`,
    report: { file: '.results/unit-tests.json', read: vitestCounts },
  },
  {
    name: 'end to end',
    concurrent: true,
    command: `playwright test --config e2e/playwright.config.ts --project ${specs} --reporter=list,json`,
    report: { file: '.results/end-to-end.json', read: playwrightCounts },
  },
]

const stepsOf: Readonly<Record<string, readonly Step[]>> = {
  check: checks,
  test: [...checks.filter(({ slow }) => !slow), ...tests('!slow*', 'usual')],
  // The packages are built already. One suite after the other: both inspect processes, and Node opens
  // the inspector of each at the same port.
  slow: [
    ...checks.filter(({ slow }) => slow),
    ...tests('slow*', 'slow').map(({ concurrent: _, ...step }) => step),
  ],
}

const [, , target = 'test'] = process.argv
const steps = stepsOf[target]
if (steps === undefined)
  throw new Error(`no steps '${target}', only ${Object.keys(stepsOf).join(', ')}`)
const results: Result[] = []
for (const group of groupsOf(steps)) {
  for (const { name, command } of group) console.log(`\n━━ ${name} ━━ ${command}`)
  const done = await Promise.all(group.map((step) => run(step, group.length > 1)))
  results.push(...done.filter((result) => result !== undefined))
  if (group.some((step, i) => step.required && !done[i]?.ok)) break
}
console.log(
  `\n${summary(
    steps.map((step) => step.name),
    results,
  )}`,
)
process.exitCode = results.every((result) => result.ok) ? 0 : 1

/** Steps that run at the same time are one group. */
function groupsOf(all: readonly Step[]): Step[][] {
  const groups: Step[][] = []
  for (const step of all) {
    const last = groups.at(-1)
    if (step.concurrent && last?.[0]?.concurrent) last.push(step)
    else groups.push([step])
  }
  return groups
}

async function run(
  { name, command, report }: Step,
  withPrefix: boolean,
): Promise<Result | undefined> {
  if (report) rmSync(report.file, { force: true })
  const start = performance.now()
  const status = await exitCode(command, report?.file, withPrefix ? `${name} │ ` : undefined)
  if (status === NOT_RUN) return undefined
  const counts =
    report && existsSync(report.file)
      ? report.read(JSON.parse(readFileSync(report.file, 'utf8')))
      : undefined
  // A suite that runs no test is a failure.
  const ok = status === 0 && (!report || (counts !== undefined && counts.passed > 0))
  return { name, ok, seconds: (performance.now() - start) / 1000, ...(counts && { counts }) }
}

/** Runs a command and shows its output, each line after `prefix`. */
function exitCode(
  command: string,
  reportFile: string | undefined,
  prefix: string | undefined,
): Promise<number | null> {
  const output = prefix === undefined ? 'inherit' : 'pipe'
  const child = spawn(command, {
    shell: true,
    stdio: ['ignore', output, output],
    env: {
      ...process.env,
      ...(!process.stdout.isTTY && { NO_COLOR: '1', FORCE_COLOR: undefined }),
      PLAYWRIGHT_JSON_OUTPUT_FILE: reportFile,
    },
  })
  for (const stream of [child.stdout, child.stderr]) {
    if (stream) createInterface(stream).on('line', (line) => console.log(`${prefix}${line}`))
  }
  return new Promise((resolve, reject) => {
    child.on('error', reject)
    child.on('close', resolve)
  })
}
