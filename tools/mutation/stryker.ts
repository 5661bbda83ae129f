import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { availableParallelism } from 'node:os'
import { join, relative, resolve } from 'node:path'
import { runProcess } from '../conformance/runtimes/process.ts'
import type { Family } from './families.ts'

export const strykerVersion = '9.6.1'

const root = resolve(import.meta.dirname, '../..')
const folder = join(root, `.runtimes/stryker-${strykerVersion}`)
const modules = join(folder, 'node_modules/@stryker-mutator')
const results = join(root, '.results/mutation')
const config = 'tools/mutation/vitest.config.ts'

/** Where the report of a family is, once it has run. */
export const reportFile = (family: Family) => join(results, `${family.name}.json`)

/** Tries all mutants of a family; leaves what it found in its report. */
export async function runStryker(family: Family): Promise<void> {
  const program = await ensureStryker()
  const child = spawn(process.execPath, [program, 'run', await configure(family)], {
    cwd: root,
    stdio: ['ignore', 'inherit', 'inherit'],
    env: {
      ...process.env,
      FLUXGATE_MUTATED: family.project,
      // a model of a second, the same one for every mutant
      FLUXGATE_MODEL_STEPS: '2000',
    },
  })
  const [code, signal] = await once(child, 'exit')
  if (code !== 0) throw new Error(`Stryker ended with ${code ?? signal}`)
  await checkLoaded(family)
}

/** A file of tests that does not load in the sandbox lets mutants live, and Stryker 9.6 says nothing. */
async function checkLoaded(family: Family): Promise<void> {
  const vitest = join(root, 'node_modules/vitest/vitest.mjs')
  const list = ['list', '--filesOnly', '--json', '--config', config]
  const env = { FLUXGATE_MUTATED: family.project }
  const listed: { file: string }[] = JSON.parse(
    await runProcess(process.execPath, [vitest, ...list], { cwd: root, env }),
  )
  const { testFiles }: { testFiles: object } = JSON.parse(
    await readFile(reportFile(family), 'utf8'),
  )
  const missing = listed
    .map(({ file }) => relative(root, file))
    .filter((file) => !(file in testFiles))
  if (missing.length > 0) {
    throw new Error(`${family.name}: not run in the sandbox, ${missing.join(', ')}`)
  }
}

/**
 * Stryker's program, installed beside the repository's own dependencies when it is not there yet:
 * 167 packages and 65 MB that only this command needs.
 */
async function ensureStryker(): Promise<string> {
  const program = join(modules, 'core/bin/stryker.js')
  if (existsSync(program)) return program
  await mkdir(folder, { recursive: true })
  const options = ['--no-save', '--no-package-lock', '--ignore-scripts', '--no-audit', '--no-fund']
  const wanted = ['core', 'vitest-runner'].map(
    (name) => `@stryker-mutator/${name}@${strykerVersion}`,
  )
  // its Vitest is the one of the root
  await runProcess('npm', [
    'install',
    '--prefix',
    folder,
    '--legacy-peer-deps',
    ...options,
    ...wanted,
  ])
  return program
}

/** Writes what Stryker is to do with a family; returns the path of that file. */
async function configure(family: Family): Promise<string> {
  const file = join(results, `${family.name}.config.json`)
  await mkdir(results, { recursive: true })
  await writeFile(file, `${JSON.stringify(options(family), null, 2)}\n`)
  return file
}

function options(family: Family): Record<string, unknown> {
  return {
    mutate: family.files,
    testRunner: 'vitest',
    plugins: [join(modules, 'vitest-runner/dist/src/index.js')],
    vitest: { configFile: config, related: false },
    coverageAnalysis: 'perTest',
    // A change is switched on when the tests run, and not tried where only loading comes by. Switched on
    // before, it breaks files of tests while they are loaded, which Stryker 9.6 takes for unnoticed.
    // So a test sees it only in what is made while the test runs, not in a table made beside it.
    ignoreStatic: true,
    // What is not copied into the sandbox cannot be in the way: first of all tsconfig.json, which is
    // for TypeScript 7.
    ignorePatterns: [
      '/*',
      '!/package.json',
      '!/vite.config.ts',
      '!/packages',
      '!/devtools',
      '/devtools/*',
      '!/devtools/package.json',
      '!/tools',
      '/tools/*',
      '!/tools/conformance',
      '!/tools/mutation',
      '!/tools/testkit',
      'dist',
      'results.md',
    ],
    tsconfigFile: 'none.json',
    disableTypeChecks: false,
    checkers: [],
    tempDirName: relative(root, join(results, 'sandboxes')),
    reporters: [process.stdout.isTTY ? 'progress' : 'progress-append-only', 'json'],
    jsonReporter: { fileName: relative(root, reportFile(family)) },
    concurrency: availableParallelism(),
    // a busy machine is slow: only what really has no end may count as such
    timeoutMS: 15_000,
    timeoutFactor: 4,
    cleanTempDir: 'always',
    warnings: { slow: false },
  }
}
