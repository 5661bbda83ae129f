import { availableParallelism } from 'node:os'
import families from './families.json' with { type: 'json' }

const name = process.env.FLUXGATE_FAMILY
const family = families.find((candidate) => candidate.name === name)
if (!family) throw new RangeError(`FLUXGATE_FAMILY must name a family, got '${name}'`)

// A mutant that no test can kill is excluded beside its code:
// `// Stryker disable next-line EqualityOperator: equal times give 0 either way`.
export default {
  mutate: family.files,
  testRunner: 'vitest',
  plugins: [process.env.FLUXGATE_STRYKER_VITEST],
  vitest: { configFile: 'tools/mutation/vitest.config.ts', related: false },
  coverageAnalysis: 'perTest',
  // Stryker 9.6 reports a mutant as survived when it breaks a test file while the file loads. So
  // mutants that only run at load time are ignored.
  ignoreStatic: true,
  // The sandbox must not contain tsconfig.json, which Stryker's TypeScript does not understand.
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
  tempDirName: '.results/mutation/sandboxes',
  cleanTempDir: 'always',
  reporters: [process.stdout.isTTY ? 'progress' : 'progress-append-only', 'clear-text', 'json'],
  clearTextReporter: { logTests: false, reportTests: false, reportScoreTable: false },
  jsonReporter: { fileName: `.results/mutation/${family.name}.json` },
  thresholds: { high: 100, low: family.minScore, break: family.minScore },
  concurrency: availableParallelism(),
  // generous, because only an endless loop may count as a timeout
  timeoutMS: 15_000,
  timeoutFactor: 4,
  warnings: { slow: false },
}
