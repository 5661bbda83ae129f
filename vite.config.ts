import { spawnSync } from 'node:child_process'
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { playwright } from '@vitest/browser-playwright'
import { transform } from 'esbuild'
import type { Alias, Plugin, UserConfig } from 'vite'
import { defineConfig, type TestProjectInlineConfiguration } from 'vitest/config'
import { browserArgs, findBrowser } from './tools/testkit/src/browser.ts'

/**
 * The packages that are built as libraries, with their folders and the places where their tests run.
 * The entry points come from `exports` in package.json: `./dist/fetch/index.js` is built from
 * `src/fetch/index.ts`.
 */
const packages: Record<string, { folder: string; testedIn: Place[] }> = {
  '@fluxgate/core': { folder: 'packages/core', testedIn: ['node', 'chromium'] },
  '@fluxgate/react': { folder: 'packages/react', testedIn: ['node', 'chromium'] },
  '@fluxgate/listeners': { folder: 'packages/listeners', testedIn: ['node', 'chromium'] },
  '@fluxgate/fleet': { folder: 'packages/fleet', testedIn: ['node'] },
  '@fluxgate/devtools': { folder: 'devtools', testedIn: ['node', 'chromium'] },
}

type Place = 'node' | 'chromium'

/** `vite build --mode @fluxgate/core` builds that package. Any other mode configures the tests. */
export default defineConfig(({ mode }) =>
  mode in packages ? libraryBuild(mode) : { test: { maxWorkers: '100%', projects: projects() } },
)

// Builds

function libraryBuild(name: string): UserConfig {
  return {
    root: folderOf(name),
    envDir: false,
    publicDir: false,
    plugins: [declarations()],
    build: {
      target: 'es2022',
      minify: false,
      sourcemap: true,
      lib: { entry: entriesOf(name), formats: ['es'] },
      rolldownOptions: {
        external: /^(@?[a-z][\w.-]*)(:|\/|$)/,
        // One file per source file: `dist` mirrors `src`, and subpaths share their classes.
        output: {
          preserveModules: true,
          preserveModulesRoot: 'src',
          // a style sheet, imported as text, keeps its extension beside a component of the same name
          entryFileNames: ({ facadeModuleId }) =>
            facadeModuleId?.includes('.css') ? '[name].css.js' : '[name].js',
        },
      },
    },
  }
}

/** Writes the declarations. TypeScript keeps `.ts` in their imports; published files need `.js`. */
function declarations(): Plugin {
  let root = ''
  return {
    name: 'declarations',
    configResolved(config) {
      root = config.root
    },
    closeBundle() {
      const tsc = 'tsc --project tsconfig.build.json'
      const { status } = spawnSync(tsc, { cwd: root, shell: true, stdio: 'inherit' })
      if (status !== 0) this.error(`'${tsc}' found errors`)
      for (const file of readdirSync(join(root, 'dist'), { recursive: true, encoding: 'utf8' })) {
        if (!file.endsWith('.d.ts')) continue
        const path = join(root, 'dist', file)
        const text = readFileSync(path, 'utf8')
        writeFileSync(path, text.replace(/((?:from|import) ?\(?'\.[^']*)\.tsx?'/g, "$1.js'"))
      }
    },
  }
}

// Tests

/** The seed of tools/testkit/src/fast-check.ts, which has no environment variables in a browser. */
const seed = Number(process.env['FLUXGATE_SEED'] ?? 1)

function projects(): TestProjectInlineConfiguration[] {
  const ofPackages = Object.entries(packages).flatMap(([name, { folder, testedIn }]) =>
    testedIn.map((place) => testProject(name.replace('@fluxgate/', ''), folder, place)),
  )
  const all = [
    ...ofPackages,
    testProject('react@18', 'packages/react', 'chromium', react18()),
    testProject('playground', 'playground', 'node'),
    testProject('tools', 'tools', 'node'),
    // measures the heap or waits for the garbage collector, in a process of its own
    withFiles(testProject('memory', 'packages', 'node'), '**/*.memory.test.ts', true),
    // takes so long that `npm test` leaves it out
    withFiles(testProject('slow', '.', 'node'), '**/*.slow.test.ts', false),
  ]
  // One after the other: Vitest starts a new process whenever the next file is of another project.
  return all.map(({ test, ...project }, groupOrder) => ({
    ...project,
    test: { ...test, sequence: { groupOrder } },
  }))
}

/** Replaces React by version 18, which packages/react supports too. */
function react18(): Alias[] {
  const installed = resolve(import.meta.dirname, 'tools/react-18/node_modules')
  return [
    { find: /^(react|react-dom)(?=\/|$)/, replacement: `${installed}/$1` },
    // its CommonJS build for Node would ignore the alias
    {
      find: /^@testing-library\/react$/,
      replacement: '@testing-library/react/dist/@testing-library/react.esm.js',
    },
  ]
}

/**
 * `*.test.ts` runs in Node, `*.browser.test.ts` in Chromium, and `*.platform.test.ts` in both, because
 * its subject uses what differs between them: timers, fetch, AbortSignal, streams, realms.
 */
const filesOf: Record<Place, { include: string[]; exclude: string[] }> = {
  node: {
    include: ['**/*.test.{ts,tsx}'],
    exclude: ['**/*.{browser,memory,slow}.test.{ts,tsx}'],
  },
  chromium: { include: ['**/*.{browser,platform}.test.{ts,tsx}'], exclude: [] },
}

function testProject(
  name: string,
  folder: string,
  place: Place,
  aliases: Alias[] = [],
): TestProjectInlineConfiguration {
  const browser = findBrowser()
  const root = resolve(import.meta.dirname, folder)
  const setup = resolve(root, 'test/global-setup.ts')
  const { include, exclude } = filesOf[place]
  return {
    root,
    resolve: { alias: [...sourceAliases(place), ...aliases] },
    plugins: [standardDecorators()],
    // Dependencies are bundled before the first test. Vite would reload all tests for a later one.
    optimizeDeps: { entries: include },
    test: {
      name: `${name}:${place}`,
      provide: { seed },
      include,
      exclude: [
        '**/node_modules/**',
        '**/dist/**',
        ...exclude,
        ...(name === 'react@18' ? ['**/*.react19.*'] : []),
      ],
      testTimeout: 60_000, // generous, for busy machines
      hookTimeout: 60_000,
      expect: { poll: { timeout: 20_000 } },
      // The summary of `npm test` names a test that needed it.
      retry: process.env['CI'] === undefined ? 0 : 1,
      // One context for all files: loading every module again for each file takes most of the time.
      isolate: false,
      disableConsoleIntercept: place === 'node', // Vitest fails if a file ends while it logs
      setupFiles: resolve(import.meta.dirname, 'tools/testkit/src/shared-context.ts'),
      // Runs in Node and starts servers for the tests of both places.
      ...(existsSync(setup) && { globalSetup: setup }),
      ...(place === 'chromium' && {
        browser: {
          enabled: true,
          headless: true,
          screenshotFailures: false,
          provider: playwright({
            launchOptions: { args: browserArgs, ...(browser && { executablePath: browser }) },
          }),
          instances: [{ browser: 'chromium' }],
        },
      }),
    },
  }
}

function withFiles(
  { test, ...project }: TestProjectInlineConfiguration,
  include: string,
  isolate: boolean,
): TestProjectInlineConfiguration {
  const files = { include: [include], exclude: ['**/node_modules/**'] }
  return { ...project, test: { ...test, ...files, isolate, maxWorkers: 1 } }
}

/** Resolves packages to their sources, because a build may be outdated. */
function sourceAliases(place: Place): Alias[] {
  const conditions = ['import', 'default', place === 'node' ? 'node' : 'browser']
  return Object.keys(packages).flatMap((name) =>
    Object.entries(manifestOf(name).exports).map(([subpath, target]) => ({
      find: new RegExp(`^${name}${subpath.slice(1)}$`),
      replacement: sourceOf(name, pick(target, conditions)),
    })),
  )
}

/**
 * Compiles standard decorators, which Vite leaves unchanged. esbuild is the strictest compiler for our
 * purpose: it calls the decorator `@payments.wrap` without `this`.
 */
function standardDecorators(): Plugin {
  return {
    name: 'standard-decorators',
    enforce: 'pre',
    transform: {
      filter: { id: { include: /\.tsx?$/, exclude: /node_modules/ }, code: /^\s*@[\w(]/m },
      handler: (code, id) =>
        transform(code, {
          loader: id.endsWith('x') ? 'tsx' : 'ts',
          sourcefile: id,
          sourcemap: true,
          target: 'es2022',
          tsconfigRaw: { compilerOptions: { verbatimModuleSyntax: true, jsx: 'preserve' } },
        }),
    },
  }
}

// Contents of package.json

type Export = string | { [condition: string]: Export }
type Exports = Record<string, Export>

function folderOf(name: string): string {
  const folder = packages[name]?.folder
  if (folder === undefined) throw new Error(`No package ${name} in vite.config.ts`)
  return resolve(import.meta.dirname, folder)
}

function manifestOf(name: string): { exports: Exports; bin?: Exports } {
  return JSON.parse(readFileSync(resolve(folderOf(name), 'package.json'), 'utf8'))
}

/** The file of an export: the first condition that matches, as in Node. */
function pick(target: Export, conditions: string[]): string {
  if (typeof target === 'string') return target
  const match = Object.entries(target).find(([condition]) => conditions.includes(condition))
  if (!match) throw new Error(`No export for ${conditions.join(', ')} in ${JSON.stringify(target)}`)
  return pick(match[1], conditions)
}

function sourceOf(name: string, built: string): string {
  const source = resolve(folderOf(name), built.replace('./dist/', './src/').replace(/\.js$/, '.ts'))
  return existsSync(source) ? source : `${source}x`
}

/** The files of all exports under any condition, without declarations, and of all commands. */
function entriesOf(name: string): string[] {
  const targets = (target: Export): string[] =>
    typeof target === 'string' ? [target] : Object.values(target).flatMap(targets)
  const { exports, bin = {} } = manifestOf(name)
  const built = [exports, bin].flatMap(targets).filter((path) => path.endsWith('.js'))
  return [...new Set(built)].map((path) => sourceOf(name, path))
}
