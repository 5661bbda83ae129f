import { mkdirSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { parseArgs } from 'node:util'
import { stacks } from './drivers/index.ts'
import { InstallFolder } from './install-folder.ts'
import { exitCode, reportTable, resultsPage } from './report.ts'
import { selectStacks } from './select.ts'
import { hasPassed, type Outcome, type Stack } from './stack.ts'
import { StackRun } from './stack-run.ts'

/**
 * `npm run test:stacks`: installs each program of `examples/` with the packed packages, builds it, starts
 * it and drives it. Two at a time, for machines with two cores.
 *
 * `-- --only express,vue` selects stacks, `-- --part ci` those that `.ci/run` runs, `-- --write` saves the
 * table in results.md, `-- --keep` keeps the folder, `-- --reuse FOLDER` uses the tarballs and the
 * installed copies in it.
 */
const PARALLEL = 2

try {
  const { values } = parseArgs({
    options: {
      only: { type: 'string' },
      part: { type: 'string' },
      write: { type: 'boolean', default: false },
      keep: { type: 'boolean', default: false },
      reuse: { type: 'string' },
    },
  })
  const selected = selectStacks(values, stacks)
  if (values.write && selected.length < stacks.length) {
    throw new Error('--write needs all stacks, and cannot be combined with --only or --part')
  }
  process.exitCode = await runAll(selected, values)
} catch (error) {
  console.error(error instanceof Error ? error.message : error)
  process.exitCode = 1
}

async function runAll(
  selected: readonly Stack[],
  { write, keep, reuse }: { write: boolean; keep: boolean; reuse?: string | undefined },
): Promise<number> {
  const started = performance.now()
  const installFolder = await InstallFolder.open(log, reuse)
  const outcomes = new Map<Stack, Outcome>()
  const waiting = [...selected]
  const worker = async () => {
    for (let stack = waiting.shift(); stack !== undefined; stack = waiting.shift()) {
      outcomes.set(stack, await runStack(stack, installFolder))
    }
  }
  await Promise.all(Array.from({ length: PARALLEL }, worker))
  const inOrder = selected.flatMap((stack) => outcomes.get(stack) ?? [])
  const results = resolve(import.meta.dirname, '../../.results')
  mkdirSync(results, { recursive: true })
  writeFileSync(join(results, 'stacks.json'), `${JSON.stringify(inOrder, null, 2)}\n`)
  if (write) {
    const page = resultsPage(new Date(), process.versions.node, inOrder)
    writeFileSync(join(import.meta.dirname, 'results.md'), page)
  }
  console.log(`\n${reportTable(inOrder)}`)
  console.log(`\n${((performance.now() - started) / 1_000).toFixed(0)} s`)
  if (keep || reuse !== undefined || !inOrder.every(hasPassed)) {
    console.log(`The installed programs are still in ${installFolder.folder}`)
  } else {
    await installFolder.remove()
  }
  return exitCode(inOrder)
}

async function runStack(stack: Stack, installFolder: InstallFolder): Promise<Outcome> {
  const started = performance.now()
  const seconds = () => (performance.now() - started) / 1_000
  let run: StackRun | undefined
  let crash: string | undefined
  try {
    log(`${stack.name}: installing`)
    const folder = await installFolder.install(stack.name)
    log(`${stack.name}: running`)
    run = new StackRun(folder, (line) => log(`${stack.name}: ${line}`))
    await stack.run(run)
  } catch (error) {
    const text = error instanceof Error ? (error.stack ?? error.message) : String(error)
    crash = `${text}${run?.logTail() ?? ''}`
  }
  const versions = run === undefined ? '' : versionsOf(stack, run)
  await run?.end()
  const cases = run?.cases ?? []
  const outcome: Outcome = {
    stack: stack.name,
    versions,
    cases,
    seconds: seconds(),
    ...(crash !== undefined && { crash }),
  }
  log(`${stack.name}: ${hasPassed(outcome) ? `${cases.length} cases passed` : 'failed'}`)
  return outcome
}

function versionsOf({ packages }: Stack, run: StackRun): string {
  return packages.map((name) => `${name} ${run.versionOf(name)}`).join(', ')
}

function log(line: string): void {
  console.log(`── ${line}`)
}
